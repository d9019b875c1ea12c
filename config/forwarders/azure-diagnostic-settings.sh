#!/bin/sh
# Microsoft Entra's logs to Event Hubs, by a diagnostic setting of the tenant. Needs az, signed in as Security
# Administrator, and an event hub that exists. Tokens that a session asks for later are in the NonInteractive log,
# programs in the ServicePrincipal log: without them spoor sees the beginning of a session only.
#
#   sh azure-diagnostic-settings.sh SUBSCRIPTION RESOURCE-GROUP NAMESPACE HUB
#
# Then, in spoor.yaml (the connection string of a policy with Listen is in the variable EVENTHUB):
#   kafka: { bootstrap.servers: "NAMESPACE.servicebus.windows.net:9093", group.id: spoor, security.protocol: SASL_SSL,
#            sasl.mechanism: PLAIN, sasl.username: $ConnectionString, sasl.password: {env: EVENTHUB} }
#   input: { topics: [HUB] }
set -eu
rule=/subscriptions/$1/resourceGroups/$2/providers/Microsoft.EventHub/namespaces/$3/authorizationRules/RootManageSharedAccessKey
logs=
for category in SignInLogs NonInteractiveUserSignInLogs ServicePrincipalSignInLogs ManagedIdentitySignInLogs ADFSSignInLogs \
    AuditLogs UserRiskEvents RiskyUsers MicrosoftGraphActivityLogs; do
    logs="$logs${logs:+,}{\"category\":\"$category\",\"enabled\":true}"
done
az rest --method put \
    --url 'https://management.azure.com/providers/microsoft.aadiam/diagnosticSettings/spoor?api-version=2017-04-01' \
    --body "{\"properties\":{\"eventHubAuthorizationRuleId\":\"$rule\",\"eventHubName\":\"$4\",\"logs\":[$logs]}}"

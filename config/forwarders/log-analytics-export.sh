#!/bin/sh
# Tables of a Log Analytics workspace (Microsoft Sentinel) to Event Hubs, by data export: every new row, as JSON in
# {"records": [...]}. Syslog and CommonSecurityLog are what Sentinel's Linux forwarders write. Needs az. Tables that
# the workspace does not have are refused; take their names away.
#
#   sh log-analytics-export.sh SUBSCRIPTION RESOURCE-GROUP WORKSPACE NAMESPACE HUB
#
# spoor then reads the hub as azure-diagnostic-settings.sh says. Rows of a log that a diagnostic setting sends, too,
# would be read twice: choose one of the two ways for each.
set -eu
az monitor log-analytics workspace data-export create --subscription "$1" --resource-group "$2" --workspace-name "$3" \
    --name spoor --enable true \
    --destination "/subscriptions/$1/resourceGroups/$2/providers/Microsoft.EventHub/namespaces/$4/eventhubs/$5" \
    --tables SigninLogs AADNonInteractiveUserSignInLogs AADServicePrincipalSignInLogs ADFSSignInLogs AuditLogs \
    AADUserRiskEvents OfficeActivity SecurityEvent Syslog CommonSecurityLog

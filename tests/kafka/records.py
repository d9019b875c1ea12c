# SPDX-License-Identifier: Apache-2.0
"""One event -> the JSON that Microsoft would write for it: Entra diagnostic records and Microsoft 365
audit records in their full shape, mostly fields that nobody asks for, 1 to 5 KB each.

Text from templates, not json.dumps of nested dicts: 200 000 records have to be written in seconds.
Every value put in is made by traffic.py and holds no quote, backslash or percent sign.
"""

import functools
import json
import time
from typing import NamedTuple


class Event(NamedTuple):
    """A sign-in or audit act as planned; also what oracle.py reads back out of the JSON."""

    time_ms: int
    source: str  # entra o365
    operation: str  # sign_in, or the name of an audit act
    tenant: str
    user: str
    ip: str
    code: int = 0  # 0 is success
    interactive: bool | None = True  # None: the format does not say
    app: str = "office"  # key of APPS
    client: str = "Browser"
    protocol: str = ""
    agent: str = "edge"  # key of AGENTS
    device: str = ""
    managed: bool = False
    factor: str = "multi"
    session: str = ""
    id: str = ""
    phase: int = 1  # 0: the past, to be read first; 2: judged by that past, to be read late


APPS = {
    "office": ("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"),
    "teams": ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"),
    "outlook": ("5d661950-3475-41cd-a2c3-d671a3162bc1", "Microsoft Outlook"),
    "onedrive": ("ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine"),
    "exchange": ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"),
    "cli": ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"),
}
AGENTS = {
    "edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0",
    "safari": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "iphone": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "teams": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/24102.2223.2870.9480 Chrome/120.0.6099.291",
    "python": "python-requests/2.31.0",
    "msal": "azsdk-python-identity/1.15.0 Python/3.11.8 (Linux-5.15)",
    "mail": "Thunderbird/115.9.0",
}
REASONS = {
    0: "Other.", 50126: "Error validating credentials due to invalid username or password.",
    50034: "The user account does not exist in the directory.", 50053: "The account is locked.",
    50140: "Keep me signed in interrupt.", 50058: "Session information is not sufficient for single sign-on.",
    50173: "The provided grant has expired due to it being revoked.", 65001: "The user has not consented.",
    70043: "The refresh token has expired due to sign-in frequency checks.",
    50076: "Strong authentication is required.", 53003: "Access has been blocked by Conditional Access policies.",
}
LOGON_ERRORS = {50126: "InvalidUserNameOrPassword", 50034: "UserAccountNotFound", 50053: "IdsLocked"}
SYSTEMS = {"edge": "Windows 10", "teams": "Windows 10", "safari": "MacOs", "iphone": "Ios 17.4"}


def zulu(time_ms):
    minute, second = divmod(time_ms // 1000, 60)
    return f"{to_the_minute(minute)}:{second:02d}"


@functools.cache
def to_the_minute(minute):
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(minute * 60))


@functools.cache
def policies(number):
    """Lists of Conditional Access policies, the bulk of a real record: 0 to 5 of them."""
    return json.dumps([{
        "id": f"{number:08x}-51c2-4b1e-9c5e-{index:012x}",
        "displayName": ("Require MFA for all users", "Block legacy authentication", "Résumé – 社外アクセス",
                        "Compliant device for Exchange", "Session lifetime 12 h")[index],
        "enforcedGrantControls": ["Mfa"] if index == 0 else ["Block"] if index == 1 else ["RequireCompliantDevice"],
        "enforcedSessionControls": ["SignInFrequency"] if index == 4 else [],
        "sessionControlsNotSatisfied": [],
        "result": ("success", "notApplied", "reportOnlyNotApplied", "notEnabled")[(number + index) % 4],
        "conditionsSatisfied": 3 if (number + index) % 4 == 0 else 0,
        "conditionsNotSatisfied": 0 if (number + index) % 4 == 0 else 16,
        "includeRulesSatisfied": [{"conditionalAccessCondition": "users", "ruleSatisfied": "allUsers"}],
        "excludeRulesSatisfied": [],
    } for index in range(number % 6)], ensure_ascii=number % 2 == 0)


ENTRA = """\
{"time":"%(shipped)sZ","resourceId":"/tenants/%(tenant)s/providers/Microsoft.aadiam","operationName":"Sign-in activity",\
"operationVersion":"1.0","category":"%(category)s","tenantId":"%(tenant)s","resultType":"%(code)d","resultSignature":"None",\
"resultDescription":"%(reason)s","durationMs":0,"callerIpAddress":"%(ip)s","correlationId":"%(correlation)s",\
"identity":"%(name)s","Level":4,"location":"%(country)s","properties":{"id":"%(id)s","createdDateTime":"%(created)s+00:00",\
"userDisplayName":"%(name)s","userPrincipalName":"%(upn)s","userId":"%(guid)s","appId":"%(app_id)s",\
"appDisplayName":"%(app)s","ipAddress":"%(ip)s","status":{"errorCode":%(code)d,"failureReason":"%(reason)s","additionalDetails":\
"MFA requirement satisfied by claim in the token"},"clientAppUsed":"%(client)s","userAgent":"%(agent)s","deviceDetail":\
{"deviceId":"%(device)s","displayName":"%(device_name)s","operatingSystem":"%(system)s","browser":"Edge 124.0.0",\
"isCompliant":%(managed)s,"isManaged":%(managed)s,"trustType":"%(trust)s"},"location":%(location)s,"mfaDetail":{},\
"correlationId":"%(correlation)s","conditionalAccessStatus":"%(access)s","appliedConditionalAccessPolicies":%(policies)s,\
"authenticationContextClassReferences":[],"originalRequestId":"%(id)s","isInteractive":%(interactive)s,"tokenIssuerName":"",\
"tokenIssuerType":"AzureAD","authenticationProcessingDetails":[{"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)","value":"False"},\
{"key":"Oauth Scope Info","value":"[\\"openid\\",\\"profile\\",\\"email\\",\\"User.Read\\"]"},{"key":"Is CAE Token","value":"True"}],\
"networkLocationDetails":[],"clientCredentialType":"none","processingTimeInMilliseconds":%(took)d,"riskDetail":"none",\
"riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes":[],"riskEventTypes_v2":[],\
"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000","resourceTenantId":"%(tenant)s",\
"homeTenantId":"%(tenant)s","homeTenantName":"","authenticationDetails":[{"authenticationStepDateTime":"%(created)s+00:00",\
"authenticationMethod":"%(method)s","authenticationMethodDetail":"Password Hash Sync","succeeded":%(ok)s,\
"authenticationStepResultDetail":"%(step)s","authenticationStepRequirement":"Primary authentication","StatusSequence":0,\
"RequestSequence":0}],"authenticationRequirementPolicies":[],"sessionLifetimePolicies":[],\
"authenticationRequirement":"%(factor)sFactorAuthentication","alternateSignInName":"%(upn)s","signInIdentifier":"%(upn)s",\
"servicePrincipalId":"","userType":"Member","flaggedForReview":false,"isTenantRestricted":false,\
"autonomousSystemNumber":%(asn)d,"crossTenantAccessType":"none","privateLinkDetails":{},"ssoExtensionVersion":"",\
"uniqueTokenIdentifier":"%(token)s","authenticationStrengths":[],"incomingTokenType":"none",\
"authenticationProtocol":"%(protocol)s","appServicePrincipalId":null,"resourceServicePrincipalId":"%(guid)s",\
"rngcStatus":0,"signInTokenProtectionStatus":"none","tokenProtectionStatusDetails":{"signInSessionStatus":"unbound",\
"signInSessionStatusCode":1002},"originalTransferMethod":"none","isThroughGlobalSecureAccess":false,\
"globalSecureAccessIpAddress":"","sessionId":"%(session)s","appOwnerTenantId":"f8cdef31-a31e-4b4a-93e4-5f571e91255a",\
"resourceOwnerTenantId":"f8cdef31-a31e-4b4a-93e4-5f571e91255a"}}"""

O365_LOGIN = """\
{"AppAccessContext":{},"CreationTime":"%(created_s)s","Id":"%(id)s","Operation":"%(operation)s",\
"OrganizationId":"%(tenant)s","RecordType":15,"ResultStatus":"Success","UserKey":"%(guid)s","UserType":0,"Version":1,\
"Workload":"AzureActiveDirectory","ClientIP":"%(ip)s","ObjectId":"00000003-0000-0000-c000-000000000000","UserId":"%(upn)s",\
"AzureActiveDirectoryEventType":1,"ExtendedProperties":[{"Name":"ResultStatusDetail","Value":"%(detail)s"},\
{"Name":"UserAgent","Value":"%(agent)s"},{"Name":"RequestType","Value":"%(request)s"}],"ModifiedProperties":[],\
"Actor":[{"ID":"%(guid)s","Type":0},{"ID":"%(upn)s","Type":5}],"ActorContextId":"%(tenant)s","ActorIpAddress":"%(ip)s",\
"InterSystemsId":"%(correlation)s","IntraSystemId":"%(id)s","SupportTicketId":"","Target":[{"ID":\
"00000003-0000-0000-c000-000000000000","Type":0}],"TargetContextId":"%(tenant)s","ApplicationId":"%(app_id)s",\
"DeviceProperties":[{"Name":"OS","Value":"%(system)s"},{"Name":"BrowserType","Value":"Edge"},\
{"Name":"IsCompliantAndManaged","Value":"False"},{"Name":"SessionId","Value":"%(session)s"}],%(error)s}"""

O365_EXCHANGE = """\
{"CreationTime":"%(created_s)s","Id":"%(id)s","Operation":"%(operation)s","OrganizationId":"%(tenant)s","RecordType":1,\
"ResultStatus":"True","UserKey":"%(guid)s","UserType":2,"Version":1,"Workload":"Exchange","ClientIP":"%(ip_port)s",\
"ObjectId":"%(upn)s","UserId":"%(upn)s","AppId":"","ClientAppId":"","ExternalAccess":false,"OrganizationName":\
"contoso.onmicrosoft.com","OriginatingServer":"AM0PR04MB4321 (15.20.4200.000)\\r\\n","Parameters":[%(parameters)s],\
"SessionId":"%(session)s"}"""
PARAMETERS = {
    "New-InboxRule": '{"Name":"AlwaysDeleteOutlookRulesBlob","Value":"False"},{"Name":"Force","Value":"False"},'
                     '{"Name":"Name","Value":"Newsletters"},{"Name":"MoveToFolder","Value":"Newsletters"},'
                     '{"Name":"FromAddressContainsWords","Value":"newsletter;offers"}',
    "Set-Mailbox": '{"Name":"Identity","Value":"%(upn)s"},{"Name":"ForwardingSmtpAddress","Value":"smtp:archive@%(domain)s"},'
                   '{"Name":"DeliverToMailboxAndForward","Value":"True"}',
}

O365_ITEMS = """\
{"CreationTime":"%(created_s)s","Id":"%(id)s","Operation":"%(operation)s","OrganizationId":"%(tenant)s","RecordType":50,\
"ResultStatus":"Succeeded","UserKey":"10032001B9BC0FF1","UserType":0,"Version":1,"Workload":"Exchange","UserId":"%(upn)s",\
"AppId":"%(app_id)s","ClientAppId":"%(app_id)s","ClientIPAddress":"%(ip)s","ClientInfoString":\
"Client=REST;Client=RESTSystem;;","ExternalAccess":false,"InternalLogonType":0,"LogonType":0,"LogonUserSid":\
"S-1-5-21-1005-2004","MailboxGuid":"%(guid)s","MailboxOwnerSid":"S-1-5-21-1005-2004","MailboxOwnerUPN":"%(upn)s",\
"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}],\
"OrganizationName":"contoso.onmicrosoft.com","OriginatingServer":"AM0PR04MB4321 (15.20.4200.000)","SessionId":"%(session)s",\
"Folders":[{"FolderItems":[{"Id":"RgAAAAC%(token)s","InternetMessageId":"<%(token)s@contoso.example>","SizeInBytes":48213},\
{"Id":"RgAAAAD%(token)s","InternetMessageId":"<%(token)s2@contoso.example>","SizeInBytes":9120}],"Id":"LgAAAAC%(token)s",\
"Path":"\\\\Inbox"}],"OperationCount":2}"""

OTHERS = """\
{"CreationTime":"%(created_s)s","Id":"%(id)s","Operation":"%(operation)s","OrganizationId":"%(tenant)s","RecordType":6,\
"UserKey":"%(guid)s","UserType":0,"Version":1,"Workload":"SharePoint","ClientIP":"%(ip)s","UserId":"%(upn)s",\
"ObjectId":"https://contoso.sharepoint.com/sites/team/report.docx","EventSource":"SharePoint","ItemType":"File"}"""


def render(event, place):
    """The record's text. `place` is where the vendor believes the address to be."""
    number = int(event.id[:8], 16)
    identity = event.id[9:]
    values = {
        "tenant": event.tenant, "upn": event.user, "ip": event.ip, "code": event.code, "id": event.id,
        "operation": event.operation, "agent": AGENTS[event.agent], "session": event.session,
        "app_id": APPS[event.app][0], "app": APPS[event.app][1],
        "guid": f"{abs(hash_text(event.user)):08x}-{identity[:4]}-4000-8000-00000000abcd",
        "correlation": f"{number ^ 0x5bd1e995:08x}-{identity}", "token": f"{number:08x}{identity[-12:]}",
        "system": SYSTEMS.get(event.agent, "Linux"), "created_s": zulu(event.time_ms),
        "reason": REASONS.get(event.code, "Other."),
    }
    if event.source == "entra":
        return ENTRA % entra(event, place, number, values)
    if event.operation in ("UserLoggedIn", "UserLoginFailed"):
        failed = event.operation == "UserLoginFailed"
        values["error"] = (f'"ErrorNumber":"{event.code}","LogonError":"{LOGON_ERRORS[event.code]}"' if failed
                           else '"ErrorNumber":"0"')
        values["detail"] = "UserError" if failed else "Success"
        values["request"] = "Login:login" if event.interactive else "OAuth2:Authorize"
        return O365_LOGIN % values
    if event.operation in PARAMETERS:
        values["ip_port"] = f"[{event.ip}]:50123" if ":" in event.ip else f"{event.ip}:50123"
        values["domain"] = event.user.partition("@")[2]
        values["parameters"] = PARAMETERS[event.operation] % values
        return O365_EXCHANGE % values
    return (O365_ITEMS if event.operation == "MailItemsAccessed" else OTHERS) % values


def entra(event, place, number, values):
    """The rest of what ENTRA wants. Shipped 1 to 3 minutes after the act, now and then an hour."""
    delay_ms = 3_600_000 if number % 97 == 0 else 60_000 + number % 120_000
    ok = event.code == 0
    return values | {
        "shipped": zulu(event.time_ms + delay_ms) + f".{number % 10**7:07d}",
        "created": zulu(event.time_ms) + f".{event.time_ms % 1000:03d}4321",
        "category": "SignInLogs" if event.interactive else "NonInteractiveUserSignInLogs",
        "name": event.user.partition("@")[0], "country": place.country if place else "",
        "location": vendor_location(place), "client": event.client, "device": event.device,
        "device_name": "LAPTOP-" + event.device[:6].upper() if event.device else "",
        "managed": "true" if event.managed else "false", "trust": "Azure AD joined" if event.managed else "",
        "access": "success" if ok else "notApplied", "policies": policies(number % 24),
        "interactive": "true" if event.interactive else "false", "took": number % 900,
        "method": "Password" if event.interactive else "Previously satisfied", "ok": "true" if ok else "false",
        "step": "Correct password" if ok else "Incorrect password",
        "factor": event.factor, "asn": 0, "protocol": event.protocol or "none",
    }


@functools.cache
def vendor_location(place):
    if place is None:
        return "{}"
    return json.dumps({"city": place.city, "state": "", "countryOrRegion": place.country,
                       "geoCoordinates": {"latitude": place.lat, "longitude": place.lon}}, ensure_ascii=False)


@functools.cache
def hash_text(text):
    """The same in every process, unlike hash()."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value

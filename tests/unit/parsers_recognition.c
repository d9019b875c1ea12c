/* SPDX-License-Identifier: Apache-2.0
 *
 * Which parser takes which record: each sign, what is missing one key of it, and that exactly one
 * parser claims each golden file.
 */
#include "tests/unit/reading.h"

static struct reading *in;

static int set_up(void **state)
{
    (void)state;
    in = reading_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_done(in);
    return 0;
}

/* Recognised is whatever does not end as unknown_format. */
static bool is_recognised(struct reading *by, const char *text)
{
    reading_json(by, text);
    assert_int_equal(by->next_index, 1);
    return by->bads_n == 0 || by->bads[0].reason != BAD_UNKNOWN_FORMAT;
}

static void test_signs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *parser; /* NULL: nobody's */
    } rows[] = {
        {"{'category':'Any','properties':{}}", "entra"},
        {"{'category':'Any','properties':'{}'}", "entra"},
        {"{'CATEGORY':'Any','Properties':{}}", "entra"},
        {"{'category':'Any'}", NULL},
        {"{'properties':{}}", NULL},
        {"{'category':'Any','properties':'text'}", NULL},
        {"{'category':'Any','properties':[]}", NULL},
        {"{'category':{},'properties':{}}", NULL},
        {"{'Type':'SigninLogs','TimeGenerated':1}", "entra"},
        {"{'Type':'AuditLogs','Category':'UserManagement','OperationName':1}", "entra"},
        {"{'Type':'AADUserRiskEvents','TimeGenerated':1}", "entra"},
        {"{'Type':'MicrosoftGraphActivityLogs','TimeGenerated':1}", "entra"},
        {"{'category':'AdvancedHunting-X','properties':{}}", "defender"},
        {"{'Timestamp':1,'AccountUpn':'x','ErrorCode':0}", "defender"},
        {"{'Timestamp':1,'AccountObjectId':'x','ActionType':'y'}", "defender"},
        {"{'Timestamp':1,'AccountObjectId':'x'}", NULL},
        {"{'Timestamp':1,'ActionType':'x'}", NULL},
        {"{'class_uid':3002,'category_uid':3}", "ocsf"},
        {"{'class_uid':3002,'type_uid':300201}", "ocsf"},
        {"{'class_uid':3002,'metadata':{}}", "ocsf"},
        {"{'class_uid':3002}", NULL},
        {"{'category_uid':3,'metadata':{}}", NULL},
        {"{'eventVersion':'1','eventSource':'x','awsRegion':'y'}", "cloudtrail"},
        {"{'eventVersion':'1','eventName':'x','userIdentity':{}}", "cloudtrail"},
        {"{'eventSource':'x','eventName':'y','eventID':'z'}", "cloudtrail"},
        {"{'EVENTSOURCE':'x','EVENTNAME':'y','EVENTID':'z'}", "cloudtrail"},
        {"{'eventSource':'x','eventName':'y'}", NULL},
        {"{'eventName':'y','awsRegion':'z'}", NULL},
        {"{'@timestamp':1,'event':{},'ecs':{}}", "ecs"},
        {"{'@timestamp':1,'event':{},'user':{}}", "ecs"},
        {"{'@timestamp':1,'event.category':'x','source.ip':'y'}", "ecs"},
        {"{'@timestamp':1,'event.action':'x','user.name':'y'}", "ecs"},
        {"{'@timestamp':1,'event':{}}", NULL},
        {"{'@timestamp':1,'event':'text','user':{}}", NULL},
        {"{'event':{},'user':{}}", NULL},
        {"{'Category':'SignInLogs','CreatedDateTime':1}", "entra"},
        {"{'Type':'Heartbeat','OperationName':1}", "entra"},
        {"{'Type':'SigninLogs'}", NULL},
        {"{'Type':'Unheard','TimeGenerated':1}", NULL},
        {"{'Operation':'x','RecordType':1,'CreationTime':1}", "o365"},
        {"{'Operation':'x','OfficeWorkload':1,'TimeGenerated':1}", "o365"},
        {"{'Operation':'x','UserKey':1,'CreationTime':1}", "o365"},
        {"{'Operation':'x','CreationTime':1}", NULL},
        {"{'Operation':'x','RecordType':1}", NULL},
        {"{'Operation':'x','RecordType':1,'x':{'CreationTime':1}}", NULL},
        {"{'createdDateTime':1,'status':{},'appId':1}", "entra_graph"},
        {"{'createdDateTime':1,'status':{},'servicePrincipalId':1}", "entra_graph"},
        {"{'createdDateTime':1,'status':'text','appId':1}", NULL},
        {"{'createdDateTime':1,'status':{},'appId':1,'category':1}", NULL},
        {"{'createdDateTime':1,'status':{}}", NULL},
        {"{'@odata.type':'#microsoft.graph.signIn','createdDateTime':1}", "entra_graph"},
        {"{'@odata.type':'#microsoft.graph.user','createdDateTime':1}", NULL},
        {"{'activityDateTime':1,'activityDisplayName':'x','initiatedBy':{}}", "entra_graph"},
        {"{'activityDateTime':1,'activityDisplayName':'x'}", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(is_recognised(in, rows[i].text), rows[i].parser != NULL);
        for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
            struct reading *one = reading_new(*p);
            bool his = rows[i].parser != NULL && strcmp(rows[i].parser, (*p)->name) == 0;
            assert_int_equal(is_recognised(one, rows[i].text), his);
            reading_done(one);
        }
    }
}

static void test_each_golden_file_has_one_parser(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"entra/sign_in", "entra"},
        {"entra/non_interactive", "entra"},
        {"entra/row", "entra"},
        {"entra/audit", "entra"},
        {"o365/login_failed", "o365"},
        {"o365/inbox_rules", "o365"},
        {"o365/row", "o365"},
        {"entra_graph/page", "entra_graph"},
        {"entra/account_changes", "entra"},
        {"entra/audit_row", "entra"},
        {"entra/risk", "entra"},
        {"entra/risk_row", "entra"},
        {"entra/graph_activity", "entra"},
        {"entra/graph_activity_row", "entra"},
        {"entra_graph/audits", "entra_graph"},
        {"cloudtrail/console", "cloudtrail"},
        {"cloudtrail/identity_center", "cloudtrail"},
        {"cloudtrail/sts_iam", "cloudtrail"},
        {"ocsf/authentication", "ocsf"},
        {"ocsf/account_change", "ocsf"},
        {"ecs/authentication", "ecs"},
        {"defender/logons", "defender"},
        {"defender/sign_ins", "defender"},
        {"defender/cloud_app", "defender"},
        {"defender/rows", "defender"},
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[128];
        snprintf(path, sizeof(path), "tests/data/%s.json", files[i][0]);
        struct slice message = reading_file(path);
        for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
            struct reading *one = reading_new(*p);
            reading_read(one, message);
            bool his = strcmp(files[i][1], (*p)->name) == 0;
            assert_int_equal(one->bads_n, his ? 0 : one->next_index);
            assert_true(one->next_index > 0);
            reading_done(one);
        }
        free((void *)(uintptr_t)message.ptr);
    }
}

static void test_names_and_summaries(void **state)
{
    (void)state;
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        assert_ptr_equal(parsers_find(slice_of((*p)->name)), *p);
        assert_true(strlen((*p)->summary) > 0);
    }
    for (int reason = 0; reason < BAD_N; reason++)
        assert_non_null(bad_reason_name((enum bad_reason)reason));
    assert_null(bad_reason_name(BAD_N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_each_golden_file_has_one_parser),
        cmocka_unit_test(test_names_and_summaries),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers a verdict may hold, each with its name in a finding's record, its unit, and what a
 * mail calls it in English and Japanese; NULL: a mail leaves it out. Detectors know a measure by
 * its constant, so that a misspelt one does not compile; text is looked up only where a record is
 * read back. To add a measure: one row here.
 */
#ifndef DETECTORS_WORDS_MEASURES_H
#define DETECTORS_WORDS_MEASURES_H

#include "parsers/values/slice.h"

/* Columns: constant, name, unit, English, Japanese. Unit "" is a plain count; a "yes/no" is 1 or 0.
 * "administrator" has two rows: long_session writes it as a count, others as a yes/no. */
/* clang-format off */
#define MEASURES(X) \
    X(ACCEPTED_USERS, "accepted_users", "", "users accepted", "サインインが成功した利用者数") \
    X(ACCESS_TO_ACT, "access_to_act", "s", NULL, NULL) \
    X(ADDRESSES, "addresses", "", "source addresses", "送信元アドレス数") \
    X(ADMINISTRATOR, "administrator", "yes/no", NULL, NULL) \
    X(ADMINISTRATOR_BIT, "administrator", "", NULL, NULL) \
    X(AGENT_CHANGED, "agent_changed", "yes/no", "another program", "クライアントの変化") \
    X(ANOTHER_NETWORK, "another_network", "yes/no", "from another network", "別ネットワークからの利用") \
    X(APPROVED, "approved", "yes/no", "approved afterwards", "その後の承認") \
    X(ATTEMPTS, "attempts", "", "attempts", "試行数") \
    X(AZURE_CLI_TRIED, "azure_cli_tried", "", NULL, NULL) \
    X(AZURE_CLI_USERS, "azure_cli_users", "", NULL, NULL) \
    X(DAYS_KNOWN, "days_known", "d", "days of thirty it was seen before", "過去 30 日の利用実績") \
    X(DELETES, "deletes", "yes/no", "deletes mail", "メールの削除") \
    X(DEVICE_LOST, "device_lost", "yes/no", "managed device gone", "管理対象デバイスの消失") \
    X(DISTANCE, "distance", "km", "distance", "地点間の距離") \
    X(EGRESS_USERS, "egress_users", "", NULL, NULL) \
    X(EXTERNAL, "external", "yes/no", "to the outside", "組織外への転送") \
    X(FACTOR_CAN_BE_ENROLLED, "factor_can_be_enrolled", "yes/no", "can enrol a factor", "第三者による MFA 登録の余地") \
    X(FAILURES, "failures", "", "failures", "失敗数") \
    X(FINDINGS, "findings", "", NULL, NULL) \
    X(FROM_ESTABLISHED_EGRESS, "from_established_egress", "yes/no", NULL, NULL) \
    X(FROM_FEED, "from_feed", "yes/no", "from a listed network", "脅威情報に掲載のネットワーク") \
    X(FROM_HOSTING, "from_hosting", "yes/no", "from hosting or vpn", "ホスティング・VPN からの利用") \
    X(FROM_SPRAY_OR_FEED, "from_spray_or_feed", "yes/no", "from a network of an attack", "攻撃元ネットワークからの利用") \
    X(FROM_STRANGE_COUNTRY, "from_strange_country", "yes/no", "from an unfamiliar country", "利用実績のない国") \
    X(FROM_STRANGE_NETWORK, "from_strange_network", "yes/no", "from an unfamiliar network", "利用実績のないネットワーク") \
    X(HIDES, "hides", "yes/no", "hides mail", "メールの隠蔽") \
    X(KEYWORD, "keyword", "yes/no", "looks for payments or warnings", "支払い・警告に関する語句の指定") \
    X(LEAKED_PASSWORD_USERS, "leaked_password_users", "", NULL, NULL) \
    X(LEAST_DISTANCE, "least_distance", "km", "distance less all uncertainty", "誤差を除いた最短距離") \
    X(LEGACY_STOPPED, "legacy_stopped", "", NULL, NULL) \
    X(LEGACY_USERS, "legacy_users", "", NULL, NULL) \
    X(LOOK_ALIKE, "look_alike", "yes/no", "look-alike domain", "自社に似せたドメイン") \
    X(MAILBOXES, "mailboxes", "", "mailboxes", "メールボックス数") \
    X(MARKS_READ, "marks_read", "yes/no", "marks as read", "既読化") \
    X(MATCHES_ALL_MAIL, "matches_all_mail", "yes/no", "matches all mail", "全メールが対象") \
    X(NETWORKS, "networks", "", "networks", "ネットワーク数") \
    X(NO_PROMPT_POSSIBLE, "no_prompt_possible", "yes/no", "nobody to answer a prompt", "確認要求が届かない方式") \
    X(ODD_NAME, "odd_name", "yes/no", "odd name", "不自然なルール名") \
    X(OPENED_FOR_ALL, "opened_for_all", "yes/no", "opened for the whole tenant", "テナント全体への転送許可") \
    X(PASSWORD_ONLY, "password_only", "yes/no", "by the password alone", "パスワードのみでの成功") \
    X(PROMPTS, "prompts", "", "prompts refused", "拒否された MFA 要求の数") \
    X(QUIET_FACTOR, "quiet_factor", "", NULL, NULL) \
    X(REFRESH_ELSEWHERE, "refresh_elsewhere", "yes/no", "refreshed elsewhere", "別の場所でのトークン更新") \
    X(REMOVED_AT, "removed_at", "s since 1970", NULL, NULL) \
    X(REPORT_ONLY_USERS, "report_only_users", "", NULL, NULL) \
    X(REPORTED_AS_FRAUD, "reported_as_fraud", "yes/no", "reported as fraud", "利用者による不正の申告") \
    X(RIGHT_PASSWORD_AFTER, "right_password_after", "yes/no", "right password afterwards", "その後のパスワード一致") \
    X(RIGHT_PASSWORD_USERS, "right_password_users", "", "users whose password was right", "パスワードが一致した利用者数") \
    X(ROPC_STOPPED, "ropc_stopped", "", NULL, NULL) \
    X(ROPC_TRIED, "ropc_tried", "", NULL, NULL) \
    X(ROPC_USERS, "ropc_users", "", NULL, NULL) \
    X(SCRIPT, "script", "yes/no", "by a script", "スクリプトからの利用") \
    X(SERVICE_ACCOUNT_OUTSIDE, "service_account_outside", "", NULL, NULL) \
    X(SIGN_INS, "sign_ins", "", NULL, NULL) \
    X(SINGLE_FACTOR, "single_factor", "", NULL, NULL) \
    X(SINGLE_FACTOR_USERS, "single_factor_users", "", NULL, NULL) \
    X(SPEED, "speed", "km/h", "speed a traveller would need", "必要な移動速度") \
    X(STAGES, "stages", "", NULL, NULL) \
    X(STOPS_OTHERS, "stops_others", "yes/no", "stops other rules", "以降のルールの停止") \
    X(STRANGE_USE_AFTER, "strange_use_after", "h", "unfamiliar use after", "認証から不審な利用までの時間") \
    X(SUCCEEDED_USERS, "succeeded_users", "", "users who signed in meanwhile", "同時間帯にサインインが成功した利用者数") \
    X(SUCCESSES, "successes", "", "successes", "成功数") \
    X(TENANT_KNOWN, "tenant_known", "d", NULL, NULL) \
    X(TENANT_USERS, "tenant_users", "", NULL, NULL) \
    X(TRIED_USERS, "tried_users", "", "users tried", "試行された利用者数") \
    X(USE_AFTER, "use_after", "h", "use after", "認証からの経過時間") \
    X(USER_ACTIVE, "user_active", "d", NULL, NULL) \
    X(USER_KNOWN, "user_known", "d", NULL, NULL) \
    X(USERS, "users", "", "users", "対象利用者数") \
    X(WINDOW, "window", "min", "time window", "観測時間幅") \
    X(WITH_ONE_FACTOR, "with_one_factor", "yes/no", "with one factor", "単一要素での成功") \
    X(WRONG_CODES, "wrong_codes", "", "wrong codes", "誤った MFA コードの数") \
    X(WRONG_PASSWORDS_BESIDE, "wrong_passwords_beside", "yes/no", "wrong passwords beside it", "同じ送信元での誤パスワード")
/* clang-format on */

#define MEASURE_ID(id, name, unit, english, japanese) MEASURE_##id,
enum measure_id { MEASURES(MEASURE_ID) MEASURES_N };
#undef MEASURE_ID

struct measure_row {
    const char *name, *unit;
    const char *english, *japanese;
};
extern const struct measure_row measure_rows[MEASURES_N];

/* The constant of a name that was read as text; MEASURES_N: none has it. Of two rows with one name, the first. */
enum measure_id measure_of_name(struct slice name);

#endif

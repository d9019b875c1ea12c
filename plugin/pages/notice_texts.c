/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables only. The campaign's text follows the public report that config/feeds/lshiy.txt names; its
 * numbers are marked as published, since they were not observed here.
 */
#include "plugin/pages/notice_texts.h"

const char *const notice_phrases[PHRASE_N][NOTICE_LANGS] = {
    [PHRASE_SUBJECT] = {"件名: ", "Subject: "},
    [PHRASE_DRAFT] = {"※自動生成の下書きです。内容と自社環境を確認のうえ編集して送信してください。",
                      "Generated draft. Check and edit before sending."},
    [PHRASE_GREETING] = {"お疲れさまです。", "Dear IT/Security Team,"},
    [PHRASE_INTRO] = {"", "we are sharing information on "},
    [PHRASE_ABOUT] = {"に関する情報共有です。", "."},
    [PHRASE_OVERVIEW] = {"■ 概要", "■ Overview"},
    [PHRASE_SCOPE] = {"■ 影響範囲", "■ Scope"},
    [PHRASE_ACTIONS] = {"■ 対応手順", "■ Action Items"},
    [PHRASE_COMMANDS] =
        {"コマンド（内容を確認してから実行。途中で折り返された URL は一行につなげてください）:",
         "Commands (check them before use; join an address that goes on below):"},
    [PHRASE_WITHHELD] =
        {"（正確に表示できません。検知レコードの unmapped.spoor.commands を参照）",
         "(cannot be shown here exactly: see unmapped.spoor.commands of the finding)"},
    [PHRASE_INDICATORS] = {"■ 侵害指標", "■ Indicators"},
    [PHRASE_REFERENCE] = {"■ 参考情報", "■ Reference"},
    [PHRASE_PERIOD] = {"期間 (UTC): ", "Period (UTC): "},
    [PHRASE_TENANT] = {"テナント: ", "Tenant: "},
    [PHRASE_USERS] = {"利用者: ", "Users: "},
    [PHRASE_APPS] = {"アプリ: ", "Applications: "},
    [PHRASE_APPLIES] = {"該当判定: ", "Applies here: "},
    [PHRASE_CLI_SEEN] = {"Azure CLI 有", "Azure CLI seen"},
    [PHRASE_ROPC_ALLOWED] = {"ROPC 許可", "ROPC allowed"},
    [PHRASE_LEGACY] = {"レガシー ", "legacy "},
    [PHRASE_CLI] = {"Azure CLI ", "Azure CLI "},
    [PHRASE_SINGLE] = {"単一要素 ", "single factor "},
    [PHRASE_SINGLE_AFTER] = {" 名", " users"},
    [PHRASE_ROPC] = {"ROPC ", "ROPC "},
    [PHRASE_LEGACY_POINT] = {"レガシー ", "legacy "},
    [PHRASE_NO_POINT] = {"上記いずれにも該当しません。静観で問題ありません。",
                         "None of the points applies: watch only."},
    [PHRASE_NETWORKS] = {"ネットワーク", "Networks"},
    [PHRASE_ADDRESSES] = {"送信元アドレス", "Source addresses"},
    [PHRASE_APP_IDS] = {"アプリ ID", "Application ids"},
    [PHRASE_AGENTS] = {"ユーザー エージェント", "User agents"},
    [PHRASE_ASNS] = {"自律システム", "Autonomous systems"},
    [PHRASE_DESTINATIONS] = {"転送先", "Destinations"},
    [PHRASE_ADVISORY] = {"検知ルールの根拠とした注意喚起: ", "The rule stems from the advisory: "},
    [PHRASE_RELATED] = {"関連する検知 uid: ", "Related finding uids: "},
    [PHRASE_ABOUT_SO_MANY] = {"約 ", "about "},
    [PHRASE_YES] = {"あり", "yes"},
    [PHRASE_NO] = {"なし", "no"},
    [PHRASE_FEED] = {"フィード: ", "Feed: "},
    [PHRASE_FINDING] = {"spoor 検知 uid: ", "spoor finding uid: "},
    [PHRASE_EVENTS] = {"イベント ID: ", "Event ids: "},
    [PHRASE_PRIORITY] = {"対応優先度: ", "Priority: "},
    [PHRASE_DEADLINE] = {"対応期限: ", "Deadline: "},
    [PHRASE_MORE_BEFORE] = {"、ほか ", ", and "},
    [PHRASE_MORE_AFTER] = {" 件", " more"},
    [PHRASE_OTHERS] = {"、ほか", ", and others"},
    [PHRASE_ALSO_BEFORE] = {"（ほか ", " (and "},
    [PHRASE_ALSO_AFTER] = {" 件）", " more)"},
};

const struct notice_grade *notice_grade(int64_t severity)
{
    static const struct notice_grade grades[] = {
        {{"共有", "Security Notice"}, {"情報", "Informational"}, {"随時", "Routine"}},
        {{"共有", "Security Notice"}, {"低", "Low"}, {"随時", "Routine"}},
        {{"共有", "Security Notice"}, {"中", "Medium"}, {"今週中", "This week"}},
        {{"要対応", "Action Required"}, {"高", "High"}, {"速やかに", "Promptly"}},
        {{"緊急", "Urgent"}, {"緊急", "Critical"}, {"直ちに", "Immediate"}},
    };
    return &grades[severity >= 5 ? 4 : severity >= 2 ? severity - 1 : 0];
}

static const struct notice_topic topics[] = {
    {"impossible_travel",
     {"移動不可能な地点間でのサインイン", "sign-ins from places no traveller could join"},
     {"同じ利用者が、短時間では移動できない離れた地点からサインインしました。"
      "アカウントまたはセッションが第三者に使われているおそれがあります。",
      "One user signed in from places too far apart for the time between. Somebody else may be "
      "using the account or its session."},
     NULL},
    {"password_spray",
     {"パスワードスプレー攻撃", "a password spray"},
     {"多数の利用者に対して少数のパスワードを試す攻撃を検知しました。",
      "Few passwords were tried on many users."},
     NULL},
    {"spray_campaign",
     {"複数組織に対するパスワードスプレー攻撃", "a password spray against several organisations"},
     {"複数の組織に対して同じ手口でパスワードが試されています。",
      "Passwords are tried in the same way on several organisations."},
     NULL},
    {"cidr_match",
     {"脅威情報に掲載されたネットワークからのサインイン試行",
      "sign-in attempts from a listed network"},
     {"脅威情報に掲載されたネットワークからのサインイン試行を検知しました。",
      "Sign-ins were attempted from a network that a threat feed lists."},
     NULL},
    {"ropc",
     {"パスワードのみ (ROPC) によるサインイン", "password-only (ROPC) sign-ins"},
     {"ROPC フローによりパスワードだけでトークンが発行されました。"
      "この方式は多要素認証を求めることができません。",
      "A token was issued for nothing but a password. No second factor can be asked for in this "
      "flow."},
     NULL},
    {"legacy_auth",
     {"レガシー認証によるサインイン", "sign-ins over legacy authentication"},
     {"多要素認証を求めることができないプロトコルでサインインが成功しました。",
      "A sign-in succeeded over a protocol that cannot ask for a second factor."},
     NULL},
    {"password_confirmed",
     {"パスワードの漏えい", "passwords that an attacker knows"},
     {"攻撃者が正しいパスワードを知っていることが確認されました。",
      "An attacker is known to have the right password."},
     NULL},
    {"success_after_spray",
     {"パスワードスプレー後のサインイン成功", "a sign-in that succeeded after a spray"},
     {"パスワードスプレーの送信元からのサインインが成功しました。",
      "A sign-in from the source of a password spray succeeded."},
     NULL},
    {"session_replay",
     {"セッション Cookie の窃取（AiTM）", "a stolen session"},
     {"同じセッションが別の環境から使われました。",
      "One session was used from another environment."},
     NULL},
    {"session_user_agent",
     {"セッション中の端末の変化", "a session whose program changed"},
     {"同じセッションが異なるプログラムから使われました。",
      "One session was used by different programs."},
     "session_replay"},
    {"long_session",
     {"長時間継続するセッション", "a long-lived session"},
     {"セッションが通常より長く使われています。", "A session has been in use for unusually long."},
     "session_replay"},
    {"inbox_rule",
     {"不審な受信トレイ ルール", "a suspicious inbox rule"},
     {"メールを隠す、または転送する受信トレイ ルールが作成されました。",
      "An inbox rule that hides or passes on mail was made."},
     NULL},
    {"mailbox_forwarding",
     {"メールの外部転送設定", "mail forwarding to the outside"},
     {"メールボックスに外部への転送が設定されました。",
      "A mailbox was set to forward its mail to the outside."},
     "inbox_rule"},
    {"bulk_forwarding",
     {"外部転送の一括設定", "forwarding set on many mailboxes"},
     {"一人の実行者が多数のメールボックスに転送を設定しました。",
      "One actor set forwarding on many mailboxes."},
     "inbox_rule"},
    {"kill_chain",
     {"アカウント乗っ取りの一連の行為", "the steps of an account takeover"},
     {"侵入からその後の行為までが一つの ID で続けて観測されました。",
      "Entry and what follows it were seen on one identity."},
     NULL},
    {"exposure",
     {"公表された攻撃の該当判定", "whether a published attack applies to your tenant"},
     {"Azure CLI と ROPC "
      "を悪用する公表済みの攻撃が貴組織で成立し得るかを、サインイン ログから判定しました。",
      "Whether the published attack by Azure CLI and ROPC could succeed in your organisation, as "
      "far as sign-ins show."},
     NULL},
    {"mfa_fatigue",
     {"MFA 疲労攻撃", "repeated MFA prompts"},
     {"利用者に多数の認証要求が送られました。", "A user was sent many authentication prompts."},
     NULL},
    {"brute_force",
     {"総当たり攻撃", "password guessing on one account"},
     {"一つのアカウントに対して多数のパスワードが試されました。",
      "Many passwords were tried on one account."},
     NULL},
};

const struct notice_topic *notice_topic(const char *detector)
{
    static const struct notice_topic general = {
        "", {"アカウントへの攻撃の検知", "an attack on accounts"}, {"", ""}, NULL};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (strcmp(topics[i].detector, detector) == 0)
            return &topics[i];
    return &general;
}

const char *notice_state(enum point_state state, bool permitted, enum notice_lang lang)
{
    static const char *const used[POINT_STATES_N][NOTICE_LANGS] = {
        [POINT_UNKNOWN] = {"不明", "unknown"},
        [POINT_NO] = {"無", "not seen"},
        [POINT_YES] = {"有", "in use"},
        [POINT_ATTACKED] = {"無（試行のみ）", "not seen (tried only)"},
        [POINT_NOT_SHOWN_BLOCKED] = {"不明（試行あり）", "unknown (tried)"},
        [POINT_BLOCKED] = {"遮断", "blocked"},
    };
    return permitted && state == POINT_YES ? (lang == NOTICE_JA ? "許可" : "permitted")
                                           : used[state][lang];
}

const char *notice_measure(struct slice name, enum notice_lang lang)
{
    enum measure_id id = measure_of_name(name);
    if (id == MEASURES_N)
        return NULL;
    return lang == NOTICE_JA ? measure_rows[id].japanese : measure_rows[id].english;
}

const char *notice_unit(struct slice unit, enum notice_lang lang)
{
    static const struct {
        const char *name, *text[NOTICE_LANGS];
    } words[] = {
        {"min", {" 分", " min"}}, {"h", {" 時間", " h"}},       {"d", {" 日", " d"}},
        {"km", {" km", " km"}},   {"km/h", {" km/h", " km/h"}}, {"s", {" 秒", " s"}},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_equal(slice_of(words[i].name), unit))
            return words[i].text[lang];
    return NULL;
}

static const struct notice_campaign campaigns[] = {
    {"2a0a:d683::/32",
     {"このネットワークは、"
      "Azure CLI を装い ROPC でパスワードを試す大規模な攻撃に使われたものです。"
      "ROPC は条件付きアクセスの想定を迂回します（公表値: 試行 8,100 万件超、"
      "侵害アカウント 78 件以上）。",
      "This network was used by a large campaign that tries passwords by ROPC as the application "
      "Azure CLI. ROPC gets around what Conditional Access is meant to stop (published: over 81 "
      "million attempts, at least 78 accounts)."},
     {"Azure CLI を利用している環境、および ROPC が有効な構成が対象です。",
      "Environments that use Azure CLI, and configurations where ROPC is enabled."},
     {"Huntress の公開レポート", "Huntress report"},
     {{"ROPC を制限または無効化し、先進認証へ移行してください。",
       "Restrict or disable ROPC and move to modern authentication."},
      {"レガシー認証を遮断し、"
       "条件付きアクセスの対象漏れ（アプリ・グループ・場所・レポート専用）を見直してください。",
       "Block legacy authentication and review the gaps of Conditional Access (application, group, "
       "location, report-only)."},
      {"過去のサインイン ログを 2a0a:d683::/32 で検索してください。",
       "Search past sign-ins for 2a0a:d683::/32."}}},
};

const struct notice_campaign *notice_campaign(struct slice cidr)
{
    for (size_t i = 0; i < sizeof campaigns / sizeof *campaigns; i++)
        if (slice_equal(slice_of(campaigns[i].cidr), cidr))
            return &campaigns[i];
    return NULL;
}

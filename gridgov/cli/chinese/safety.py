"""Why the server does not start on a database: what its roles, tables and settings would let through."""

from __future__ import annotations

TEXTS = {
    "Give the web server a role of its own: gridgov db roles prints how.": "请为网页服务单设角色：gridgov db roles 会显示做法。",
    "The web server comes in as {seen}, a superuser: row security does not hold for it. {advice}": "网页服务以超级用户 {seen} 登录：行级安全对它无效。{advice}",
    "The web server comes in as {seen}, which has BYPASSRLS: row security does not hold for it. {advice}": "网页服务以带 BYPASSRLS 的 {seen} 登录：行级安全对它无效。{advice}",
    "The web server comes in as {seen}, who owns the tables, or may become so. {advice}": "网页服务以 {seen} 登录，而它是表的所有者，或可成为所有者。{advice}",
    "The web server's role {seen} may make roles, or inherits the rights of the groups it enters. {advice}": "网页服务的角色 {seen} 可以建立角色，或继承所属组的权限。{advice}",
    "The web server's role {seen} may not enter in anybody's name. {advice}": "网页服务的角色 {seen} 不能以任何人的名义进入。{advice}",
    "The web server's role {seen} may fetch hashes of passwords, which is for {door} alone. {advice}": "网页服务的角色 {seen} 可以取得密码散列，而这只应由 {door} 来做。{advice}",
    "The role {seen}, by which people sign in, may not look them up. It should be {door}: GRIDGOV_DOOR_DATABASE_URL": "用于登录的角色 {seen} 不能查找账号。应为 {door}：GRIDGOV_DOOR_DATABASE_URL",
    "The role {seen}, by which people sign in, may enter in their name too. It should be {door}: GRIDGOV_DOOR_DATABASE_URL": "用于登录的角色 {seen} 还能以他人名义进入。应为 {door}：GRIDGOV_DOOR_DATABASE_URL",
    "Row security is not forced on: {seen}. Run in the database, for each: ALTER TABLE gridgov.… ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY": "这些表没有强制行级安全：{seen}。请在数据库中逐个执行：ALTER TABLE gridgov.… ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "Before anybody has entered, the web server may read: {seen}. Run in the database, for each: REVOKE ALL ON gridgov.… FROM PUBLIC, gridgov_web": "尚无人登录时，网页服务就能读取：{seen}。请在数据库中逐个执行：REVOKE ALL ON gridgov.… FROM PUBLIC, gridgov_web",
    "These views walk past row security: {seen}. Run in the database, for each: ALTER VIEW gridgov.… SET (security_invoker = true)": "这些视图绕过了行级安全：{seen}。请在数据库中逐个执行：ALTER VIEW gridgov.… SET (security_invoker = true)",
    "The addresses in GRIDGOV_…DATABASE_URL lead to several databases.": "各个 GRIDGOV_…DATABASE_URL 指向不同的数据库。",
    "{0} is {1}: {2}. It should be {3}; does a pooler in between drop settings?": "{0} 为 {1}：{2}。应为 {3}；是否有中间的连接池丢掉了设置？",
    "more than 0": "大于 0",
    "questions would fail instead of being filtered": "查询会失败，而不是被过滤",
    "a short question would take a second": "很短的查询也要一秒",
    "one question could hold a connection for ever": "一个查询可能永远占住连接",
    "requests could queue behind one lock": "请求可能都排在同一个锁后面",
    "a request that hangs would keep its locks": "停住的请求会一直持有锁",
}

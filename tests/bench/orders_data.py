"""Orders by the thousand and by the million, spread as a country's would be: a thousand orders to a round, rounds of
every province and year, the newest still before publication. Written by the database itself, indexes afterwards."""

import asyncio
from collections import defaultdict
from typing import Any

import asyncpg
import orjson

from shared import crypto, divisions
from shared.contracts.policy_document import policy_document, policy_hash
from shared.service import Service
from shared.testing import START, settings_for_tests

PER_ROUND = 1_000
CITY, DISTRICT, TOWN = "500000000000", "500101000000", "500101151000"

CROPS = [
    "茶叶",
    "柑橘",
    "花椒",
    "天麻",
    "中蜂",
    "生猪",
    "山羊",
    "土鸡",
    "稻渔",
    "蔬菜",
    "魔芋",
    "食用菌",
    "猕猴桃",
    "中药材",
    "乡村旅游",
    "卫生院",
]
TASKS = [
    "病虫害防治",
    "品种改良",
    "提质增效",
    "加工工艺",
    "品牌建设",
    "标准化种植",
    "疫病防控",
    "土壤改良",
    "水肥一体化",
    "采后保鲜",
    "林下套种",
    "规模养殖",
    "废弃物利用",
    "绿色认证",
    "产业规划",
    "人才培训",
    "渠道开拓",
    "质量检测",
    "设施设计",
    "节水灌溉",
]
LACKS = [
    "连片种植后病虫多发，农户缺少统防统治的技术",
    "鲜货集中上市，加工和冷藏能力不足，价格上不去",
    "品种老化，产量连年下降，想更新又不知道选什么",
    "没有懂技术的人，设备买来用不好",
    "疫病时有发生，损失大，防疫人员不会诊断",
    "有产量没有品牌，外地客商压价",
    "合作社管理粗放，记录不全，认证通不过",
    "年轻人外出，留下的人没有学过，需要手把手地教",
]
WANTED = [
    "建立示范园五十亩，亩产提高一成",
    "培训当地技术骨干十名，形成技术手册",
    "统一防治面积达到八成，农药用量减少两成",
    "注册商标一个，进入两家商超",
    "制定三年发展规划并指导实施",
    "鲜品损耗率降到一成以内",
    "新品种成活率达到九成",
    "收入户均增加三千元",
]
SKILLS = (
    "茶学",
    "植物保护",
    "果树学",
    "畜牧兽医",
    "食品科学",
    "土壤学",
    "农业经济",
    "水产养殖",
    "中药材",
    "旅游管理",
    "临床医学",
    "教育学",
)
RARE = "穿山甲"
"""A word that ten orders have, however many there are."""
BURST = "蜂蜜"
"""A word of every tenth order of a burst only: one order in 200, handed in within hours."""
EVEN, OLD, OLDER, OLDEST = "冬笋", "竹荪", "黄连", "板栗"
"""A word of every hundredth order, and words that only the oldest tenth, thirtieth and hundredth have, every tenth
order of these: one in 100, 300 and 1,000 of all."""

_PARTS = """
    create unlogged table parts (kind text, n int, a text, b text, c text, primary key (kind, n));
    create unlogged table places (province int, n int, code text, place text, primary key (province, n));
    create unlogged table numbered_rounds (n int primary key, id uuid, prefix text)"""
_ROUNDS = """
    with made as (
        insert into rounds (id, version, created_at, name, year, prefix, division, direction, status, opens_at,
            closes_at, policy, policy_hash, numbers_given)
        select gen_random_uuid(), 1, $3::timestamptz, '批次' || n, 2000 + n / 40, 'R' || n, '500000000000', 'demand',
            case when n = $1::int - 1 then 'open' else 'running' end, $3::timestamptz - interval '1 day', $3::timestamptz + interval '60 days', $2::jsonb,
            $4, 1000
        from generate_series(0, $1::int - 1) as n returning id, prefix)
    insert into numbered_rounds select substr(prefix, 2)::int, id, prefix from made"""
_ORDERS = """
    insert into orders (id, version, created_at, round_id, status, status_since, number, title, division, place,
        host_name, host_code, liaison_name, liaison_phone, industry, problem, expected, service_forms, expertise,
        people_wanted, term_months, starts_on, ends_on, site_support, key_place, asked_fen, remark, status_reason,
        team_id, closes_at, published_at)
    select uuidv7(made.at - clock_timestamp()), 1, made.at, rounds.id, made.status, made.at,
        case when made.shown then rounds.prefix || '-' || lpad(made.place_in_round::text, 5, '0') end,
        crop.a || task.a || case when made.n % ($2::int / 10) = 7 then '（{rare}）' else '' end
            || case when made.n % 100 = 31 then '{even}' else '' end
            || case when made.n % 10 = 3 and made.n < $2::int / 10 then '{old}' else '' end
            || case when made.n % 10 = 4 and made.n < $2::int / 30 then '{older}' else '' end
            || case when made.n % 10 = 5 and made.n < $2::int / 100 then '{oldest}' else '' end
            || case when made.n % 10 = 3 and made.burst then '{burst}' else '' end
            || '第' || made.n || '号',
        places.code, places.place, places.place || crop.a || '专业合作社',
        'N2' || substr(places.code, 1, 6) || upper(lpad(to_hex(made.n % 3000000), 9, '0')) || '0', '联络员', $5::text, crop.a,
        places.place || crop.a || lack.a, wanted.a || '，' || skill.a || '专家驻点指导', array['驻点服务'],
        array[skill.a], 1 + made.n % 6, 12, null, null, '', made.n % 5 = 0, (5 + made.n % 16) * 1000000, '', '',
        case when made.status in ('matched', 'in_service', 'completed') then gen_random_uuid() end,
        made.at + interval '90 days', case when made.shown then made.at + interval '20 days' end
    from (
        select n, n / {per_round} as round, n % {per_round} as place_in_round,
            $3::timestamptz - case when burst then ($2::int - $2::int / 2) * interval '3 minutes' - (n - $2::int / 2) * interval '3 seconds'
                else ($2::int - n) * interval '3 minutes' end as at, status, burst,
            status not in ('draft', 'submitted', 'endorsed', 'recommended', 'returned', 'cancelled') as shown,
            hashint4(n) & 1073741823 as chance
        from (
            select n, n >= $2::int / 2 and n < $2::int / 2 + $2::int / 200 as burst, case
                when n % {per_round} < 20 then 'cancelled'
                when n < $2::int * 0.95 then (array['completed', 'completed', 'completed', 'in_service', 'unclaimed'])[1 + n % 5]
                else (array['draft', 'submitted', 'recommended', 'published', 'published', 'matched'])[1 + n % 6] end as status
            from generate_series($1::int, $4::int) as n) as numbered) as made
    join numbered_rounds as rounds on rounds.n = made.round
    join places on places.province = made.round % {provinces} and places.n = (made.chance / 7) % {per_province}
    join parts as crop on crop.kind = 'crop' and crop.n = made.chance % {crops}
    join parts as task on task.kind = 'task' and task.n = (made.chance / 64) % {tasks}
    join parts as lack on lack.kind = 'lack' and lack.n = (made.chance / 512) % {lacks}
    join parts as wanted on wanted.kind = 'wanted' and wanted.n = (made.chance / 2048) % {wants}
    join parts as skill on skill.kind = 'skill' and skill.n = (made.chance / 8192) % {skills}"""


async def load_orders(_service: Service, url: str, orders: int) -> None:
    """So many orders into the migrated, empty database at ``url``; done when the statistics are, too."""
    connection = await asyncpg.connect(url)
    indexes = await drop_indexes(connection, "orders")
    await connection.execute(_PARTS)
    places = _places()
    per_province = min(len(known) for known in places)
    rows = [
        (p, n, code, place) for p, known in enumerate(places) for n, (code, place) in enumerate(known[:per_province])
    ]
    await connection.copy_records_to_table("places", records=rows)
    parts = [("crop", CROPS), ("task", TASKS), ("lack", LACKS), ("wanted", WANTED), ("skill", SKILLS)]
    texts = [(kind, n, text, None, None) for kind, known in parts for n, text in enumerate(known)]
    await connection.copy_records_to_table("parts", records=texts)
    document = policy_document({})
    rounds = max(1, orders // PER_ROUND)
    await connection.execute(_ROUNDS, rounds, orjson.dumps(document).decode(), START, policy_hash(document))
    statement = _ORDERS.format(
        rare=RARE,
        burst=BURST,
        even=EVEN,
        old=OLD,
        older=OLDER,
        oldest=OLDEST,
        per_round=PER_ROUND,
        provinces=len(places),
        per_province=per_province,
        crops=len(CROPS),
        tasks=len(TASKS),
        lacks=len(LACKS),
        wants=len(WANTED),
        skills=len(SKILLS),
    )
    settings = settings_for_tests()
    crypto.use_keys(settings.field_keys, settings.hash_key)
    phone, half = crypto.encrypt("13800000000"), orders // 2
    await asyncio.gather(
        _execute(url, statement, 0, orders, START, half - 1, phone),
        _execute(url, statement, half, orders, START, orders - 1, phone),
    )
    await build_indexes(url, indexes, "orders")
    await connection.execute("drop table parts, places")
    await connection.close()


def _places() -> list[list[tuple[str, str]]]:
    """Towns by province, that of the bench's own bureau first."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code in divisions.codes():
        if code.endswith("000") and not code.endswith("000000"):
            found[code[:2]].append((code, divisions.place_of(code)))
    return [found.pop(CITY[:2]), *found.values()]


async def _execute(url: str, *statement: Any) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(*statement)
    await connection.close()


async def drop_indexes(connection: asyncpg.Connection, table: str) -> list[str]:
    """Drops what only makes loading slow; how to make them again."""
    rows = await connection.fetch(
        "select indexname, indexdef from pg_indexes left join pg_constraint on conname = indexname"
        " where tablename = $1 and schemaname = 'public' and conname is null",
        table,
    )
    for row in rows:
        await connection.execute(f'drop index "{row["indexname"]}"')
    return [row["indexdef"] for row in rows]


async def build_indexes(url: str, indexes: list[str], table: str) -> None:
    """The indexes again, two at a time, and what the planner needs to know."""
    waiting = sorted(indexes, key=lambda index: "gin" not in index)

    async def build() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("set maintenance_work_mem = '512MB'")
        while waiting:
            await connection.execute(waiting.pop(0))
        await connection.close()

    await asyncio.gather(build(), build())
    await _execute(url, f"vacuum analyze {table}")

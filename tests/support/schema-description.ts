import type { TestDatabase } from './test-database.ts'

/** Each asks for the lines of one kind of thing, in a fixed order. */
const QUESTIONS: readonly (readonly [title: string, sql: string])[] = [
  [
    'tables',
    `select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || case when a.attidentity = 'a' then ' generated always as identity' else '' end as line
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`,
  ],
  [
    'constraints',
    `select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) as line from pg_constraint
     where connamespace = 'public'::regnamespace and contype <> 'n' order by conrelid::regclass::text, conname`,
  ],
  ['indexes', `select indexdef as line from pg_indexes where schemaname = 'public' order by indexname`],
  [
    'policies',
    `select tablename || ' ' || policyname || ' ' || cmd || ' to ' || array_to_string(roles, ', ') || ' using ' || qual as line
     from pg_policies where schemaname = 'public' order by tablename, policyname`,
  ],
  [
    'triggers',
    `select pg_get_triggerdef(t.oid) as line from pg_trigger t
     join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'public'::regnamespace where not t.tgisinternal order by t.tgname`,
  ],
  [
    'functions',
    `select pg_get_functiondef(p.oid) as line from pg_proc p
     where p.pronamespace in ('public'::regnamespace, 'billing'::regnamespace)
     order by p.pronamespace::regnamespace::text, p.proname`,
  ],
]

/** The migrated schema as text: what a reviewer sees of a migration is its result. */
export async function describeSchema(database: TestDatabase): Promise<string> {
  const parts: string[] = []
  for (const [title, sql] of QUESTIONS) {
    const lines = (await database.query(sql)).map(({ line }) => String(line))
    parts.push(`-- ${title}\n${lines.join('\n')}\n`)
  }
  return `-- Made from the migrated database. To make it anew: npm test -- --update\n\n${parts.join('\n')}`
}

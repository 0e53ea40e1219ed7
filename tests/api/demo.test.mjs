// What the demo is loaded with, while the database checks nothing (sql/demo): every row is there that another one names, and what shall be
// there once is. Rows that came since were checked as they came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from './lib.mjs'

// Rows of the information schema (a key's name, its table, a column, and what else) by key, in the order of its columns.
function grouped(rows) {
	const keys = new Map()

	for (const row of rows)
		keys.set(`${row[1]}.${row[0]}`, [...keys.get(`${row[1]}.${row[0]}`) ?? [], row])
	return [...keys.values()]
}

test('each row that another one names is there', () => {
	const keys = grouped(sql(`SELECT CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
		WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY 1, 2, ORDINAL_POSITION`))

	assert.ok(keys.length > 50)
	for (const key of keys) {
		const [[name, table, , there]] = key, on = key.map(([, , column, , of]) => `r.${of} = t.${column}`).join(' AND ')
		const given = key.map(([, , column]) => `t.${column} IS NOT NULL`).join(' AND ')

		assert.deepEqual(sql(`SELECT t.* FROM ${table} t LEFT JOIN ${there} r ON ${on} WHERE ${given} AND r.${key[0][4]} IS NULL LIMIT 1`), [], `${table}, ${name}`)
	}
})

test('what shall be there once is there once', () => {
	const keys = grouped(sql(`SELECT INDEX_NAME, TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS
		WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 ORDER BY 1, 2, SEQ_IN_INDEX`))

	assert.ok(keys.length > 100)
	for (const key of keys) {
		const [[name, table]] = key, columns = key.map(([, , column]) => column)
		const given = columns.map((column) => `${column} IS NOT NULL`).join(' AND ')

		assert.deepEqual(sql(`SELECT ${columns} FROM ${table} IGNORE INDEX (${name === 'PRIMARY' ? '`PRIMARY`' : name}) WHERE ${given} GROUP BY ${columns} HAVING COUNT(*) > 1 LIMIT 1`),
			[], `${table}, ${name}`)
	}
})

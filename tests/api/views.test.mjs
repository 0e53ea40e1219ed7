// Saved views: what somebody sees of a list, under a name. Whose they are, what they keep, and that they are a query and nothing else.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { api, Browser, DEMO, sql, token } from './lib.mjs'
import { as, new_organizer, new_staff, ok, refused, unique } from './world.mjs'

const AT = '/api/views/'
let staff, help, money

before(async () => {
	staff = as(await token('staff'))
	help = as(await new_staff('support'))
	money = as(await new_staff('finance'))
})

const save = async (who, more = {}) => ok(await who.post(AT, { list: 'orders', name: `View ${unique()}`, ...more }), 201)
const names = async (who, list = 'orders') => ok(await who.get(`${AT}?list=${list}&limit=100`)).items.map(({ name }) => name)

async function office(role) {
	const browser = await new Browser().open('/admin/sign-in'), email = `${unique()}@example.test`, password = `pass-${unique()}`

	if (role)
		ok(await staff.post('/api/admins/', { name: 'Vera View', email, password, role }), 201)
	await browser.submit('/admin/sign-in', role ? { email, password } : DEMO.staff)
	assert.equal(browser.status, 200)
	return browser
}

describe('a view is whose it is', () => {
	test('nobody finds another\'s: not in the list, by its id, to change or to delete it', async () => {
		const view = await save(help, { query: 'status=paid' })

		assert.ok((await names(help)).includes(view.name))
		for (const other of [money, staff]) {
			assert.ok(!(await names(other)).includes(view.name))
			refused(await other.get(`${AT}${view.id}/`), 404, 'VIEW_NOT_FOUND')
			refused(await other.put(`${AT}${view.id}/`, { name: 'Mine' }), 404, 'VIEW_NOT_FOUND')
			refused(await other.delete(`${AT}${view.id}/`), 404, 'VIEW_NOT_FOUND')
		}
		assert.equal(ok(await help.put(`${AT}${view.id}/`, { name: `${view.name} anew` })).name, `${view.name} anew`)
		ok(await help.delete(`${AT}${view.id}/`))
		refused(await help.get(`${AT}${view.id}/`), 404, 'VIEW_NOT_FOUND')
		assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'view' AND noun_id = ${view.id} ORDER BY id`), [['create'], ['update'], ['delete']])
	})
	test('managers alone save one for all, which others see and do not change', async () => {
		assert.ok(refused(await help.post(AT, { list: 'orders', name: unique(), shared: true }), 403, 'FORBIDDEN'))
		const own = await save(help), view = await save(staff, { shared: true, query: 'status=paid' })
		refused(await help.put(`${AT}${own.id}/`, { shared: true }), 403, 'FORBIDDEN')
		assert.equal(ok(await help.get(`${AT}${own.id}/`)).shared, false)
		assert.equal(ok(await help.get(`${AT}${view.id}/`)).query, 'status=paid')
		refused(await help.put(`${AT}${view.id}/`, { name: 'Mine' }), 403, 'FORBIDDEN')
		refused(await help.delete(`${AT}${view.id}/`), 403, 'FORBIDDEN')
		const admin = as(await new_staff('admin'))
		ok(await admin.put(`${AT}${view.id}/`, { name: `For all ${unique()}` }))
		assert.ok(refused(await admin.put(`${AT}${view.id}/`, { usual: true }), 422, 'VALIDATION_ERROR').body.errors.usual)
		ok(await admin.delete(`${AT}${view.id}/`))
		// Whose it is has no more to say of what all see than they may now.
		sql(`UPDATE saved_view SET shared = 1 WHERE id = ${own.id}`)
		refused(await help.put(`${AT}${own.id}/`, { name: 'Mine' }), 403, 'FORBIDDEN')
		refused(await help.delete(`${AT}${own.id}/`), 403, 'FORBIDDEN')
	})
	test('an organizer has their own, of their lists', async () => {
		const [otto, jonas] = [as(await new_organizer()), as(await new_organizer())], at = '/api/organizer/views/'
		const view = ok(await otto.post(at, { list: 'promo-codes', name: 'Mine', query: 'search=A' }), 201)

		assert.equal('shared' in view, false)
		assert.equal(ok(await jonas.get(at)).total, 0)
		refused(await jonas.get(`${at}${view.id}/`), 404, 'VIEW_NOT_FOUND')
		refused(await jonas.delete(`${at}${view.id}/`), 404, 'VIEW_NOT_FOUND')
		refused(await staff.get(`${AT}${view.id}/`), 404, 'VIEW_NOT_FOUND')
		for (const list of ['orders', 'users', 'events', 'nothing'])
			assert.ok(refused(await otto.post(at, { list, name: unique() }), 422, 'VALIDATION_ERROR').body.errors.list, list)
	})
	test('and nobody else has any', async () => {
		for (const kind of ['customer', 'merchant', 'usher', 'organizer'])
			refused(await as(await token(kind)).get(AT), 403, 'FORBIDDEN')
		refused(await api('GET', AT), 401, 'TOKEN_INVALID')
	})
})

describe('what it keeps', () => {
	test('is the query without its page, and only what the list can be asked for', async () => {
		assert.equal((await save(help, { query: 'status=paid&page=3&limit=5&search=Ada+B%C3%BCrd&sort_by=-id&format=csv&view=7&event_id=' })).query,
			'status=paid&search=Ada%20B%C3%BCrd&sort_by=-id')
		for (const query of ['nothing=1', 'status=gone', 'sort_by=nothing', 'created_at_from=yesterday', 'event_id=x', 'a=%zz&nothing=1'])
			assert.deepEqual(Object.keys(refused(await help.post(AT, { list: 'orders', name: unique(), query }), 422, 'VALIDATION_ERROR').body.errors), ['query'], query)
		assert.ok(refused(await help.post(AT, { list: 'orders', name: unique(), query: 'x'.repeat(1501) }), 422, 'VALIDATION_ERROR').body.errors.query)
	})
	test('is of a list that its maker may read', async () => {
		assert.ok(refused(await help.post(AT, { list: 'webhooks', name: unique() }), 422, 'VALIDATION_ERROR').body.errors.list)
		ok(await staff.post(AT, { list: 'webhooks', name: unique() }), 201)
	})
	test('has a name that no other of theirs of that list has', async () => {
		const view = await save(help)

		assert.ok(refused(await help.post(AT, { list: 'orders', name: view.name }), 409, 'DUPLICATE').body.errors.name)
		ok(await help.post(AT, { list: 'tickets', name: view.name }), 201)
		ok(await money.post(AT, { list: 'orders', name: view.name }), 201)
		assert.ok(refused(await help.post(AT, { list: 'orders', name: '' }), 422, 'VALIDATION_ERROR').body.errors.name)
	})
	test('one at most opens the list', async () => {
		const one = await save(money, { usual: true }), two = await save(money, { usual: true })
		const usual = async () => ok(await money.get(`${AT}?list=orders&limit=100`)).items.filter((view) => view.usual).map(({ id }) => id)

		assert.deepEqual(await usual(), [two.id])
		ok(await money.put(`${AT}${one.id}/`, { usual: true }))
		assert.deepEqual(await usual(), [one.id])
		await Promise.all([one, two].map(({ id }) => money.put(`${AT}${id}/`, { usual: true })))
		assert.equal((await usual()).length, 1)
	})
	test('at most 50 of a list', async () => {
		const clerk = as(await new_staff('support'))

		for (let i = 0; i < 50; i++)
			await save(clerk, { list: 'venues' })
		refused(await clerk.post(AT, { list: 'venues', name: unique() }), 409, 'TOO_MANY')
		ok(await clerk.post(AT, { list: 'events', name: unique() }), 201)
	})
})

describe('on a list\'s page', () => {
	test('what is seen is saved, shown as a link, and opens so again', async () => {
		const browser = await office('support'), name = `Paid <b> & "${unique()}"`

		await browser.open('/admin/orders?status=paid&search=&page=1')
		await browser.send('/admin/views', { name })
		assert.equal(browser.status, 303, browser.html)
		const link = browser.location
		assert.match(link, /^\/admin\/orders\?view=\d+&status=paid$/)
		await browser.open(link)
		assert.match(browser.html, new RegExp(`<a href="${link.replace('?', '\\?').replace('&', '&amp;')}" aria-current="page">`))
		assert.match(browser.html, /<option value="paid" selected>/)
		assert.ok(browser.html.includes('Paid &lt;b&gt; &amp; &quot;') || browser.html.includes('Paid &lt;b&gt; &amp; &#34;') || browser.html.includes('Paid &lt;b&gt; &amp; "'))
		await browser.open('/admin/orders')
		assert.equal(browser.status, 200, 'none opens the list unless it is said')
		const id = link.match(/view=(\d+)/)[1]
		await browser.open(`/admin/views/${id}`)
		await browser.send(`/admin/views/${id}`, { name: 'Renamed', query: 'status=paid', usual: 'on' })
		assert.equal(browser.status, 303, browser.html)
		await browser.open('/admin/orders')
		assert.deepEqual([browser.status, browser.location], [303, link])
		await browser.open('/admin/orders?view=0')
		assert.equal(browser.status, 200)
		await browser.open(`/admin/views/${id}/delete`)
		await browser.send(`/admin/views/${id}/delete`)
		await browser.open('/admin/orders')
		assert.equal(browser.status, 200)
	})
	test('one that names a filter which is no more opens, and says so', async () => {
		const browser = await office('support')

		await browser.open('/admin/orders?status=paid')
		await browser.send('/admin/views', { name: unique(), usual: 'on' })
		const id = browser.location.match(/view=(\d+)/)[1]
		sql(`UPDATE saved_view SET query = 'status=paid&colour=red&event_id=x&sort_by=nothing' WHERE id = ${id}`)
		await browser.go('/admin/orders')
		assert.equal(browser.status, 200)
		assert.equal(browser.path, `/admin/orders?view=${id}&status=paid`)
		for (const gone of ['colour', 'event_id', 'sort_by'])
			assert.match(browser.html, new RegExp(`<code>${gone}</code>`))
		assert.match(browser.html, /what this list has no more/)
		// Renamed it keeps what it had: nobody asked for that to go.
		await browser.open(`/admin/views/${id}`)
		await browser.send(`/admin/views/${id}`, { name: 'Still', query: 'status=paid&colour=red&event_id=x&sort_by=nothing' })
		assert.equal(browser.status, 303, browser.html)
	})
	test('one that all have shows nobody what their role may not see', async () => {
		const view = await save(staff, { list: 'logs/audit', shared: true, query: 'search=x' }), browser = await office('support')

		await browser.open('/admin/logs/audit?view=1')
		assert.equal(browser.status, 403)
		const for_all = await save(staff, { shared: true, query: 'status=paid' })
		await browser.open('/admin/orders')
		assert.match(browser.html, new RegExp(`view=${for_all.id}&amp;status=paid`))
		for (const { id } of [view, for_all])
			ok(await staff.delete(`${AT}${id}/`))
	})
	test('a name that is taken is said in the form, with what was typed', async () => {
		const browser = await office('support')

		for (const status of [303, 422]) {
			await browser.open('/admin/orders?status=paid')
			await browser.send('/admin/views', { name: 'Twice' })
			assert.equal(browser.status, status, browser.html)
		}
		assert.match(browser.html, /id="e-name"/)
		assert.match(browser.html, /value="Twice"/)
	})
})

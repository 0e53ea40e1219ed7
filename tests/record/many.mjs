// What is done to many rows at once, and saved views, as staff see them.
import { as, new_customer, new_staff, ok, unique } from '../api/world.mjs'
import { sql, token } from '../api/lib.mjs'
import { signed_in } from './cases.mjs'

export async function many(read, send) {
	const ingrid = await signed_in('staff'), staff = as(await token('staff')), asked = []

	for (const name of ['Cleo Clear', 'Dora Desk', 'Emil Early'])
		asked.push(ok(await as(await new_customer({ name })).post('/api/v1/users/nfc-cards/request/', {}), 201).id)
	ok(await staff.post(`/api/card-requests/${asked[2]}/reject/`, { reason: 'Twice' }))
	const at = '/admin/card-requests/bulk', chosen = asked.map((id) => `ids[]=${id}`).join('&'), of = (action) => `${at}?action=${action}&${chosen}`

	read('resource/list.html', 'rows to be ticked', ingrid, '/admin/card-requests?limit=3', ['type="checkbox" name="ids[]"', `action="${at}"`, 'With those that are ticked', 'name="action"'])
	read('resource/bulk.html', 'asks for a reason', ingrid, of('reject'), ['Reject: 3 entries', 'name="reason"', ' required', `name="ids[]" value="${asked[0]}"`, 'Only look first'], ['role="alert"'])
	read('resource/bulk.html', 'asks for nothing more', ingrid, of('approve'), ['Approve: 3 entries', 'Cleo Clear'], ['name="reason"'])
	send('resource/bulk.html', 'without a reason', ingrid, [at, { reason: '' }, of('reject')], ['id="e-reason"', `name="ids[]" value="`])
	send('resource/bulk.html', 'looked first', ingrid, [at, { dry_run: 'true' }, of('approve')], ['What would become of each', '<form class="panel"'], ['What became of each'])
	send('resource/bulk.html', 'done', ingrid, [at, {}, of('approve')], ['What became of each'], ['<form class="panel"', 'What would become'])
	// Of the colleague's own: one that all have, one that opens the list, one whose filter is gone.
	const email = `${unique()}@example.test`, password = `pass-${unique()}`
	ok(await staff.post('/api/admins/', { name: 'Vera View', email, password, role: 'admin' }), 201)
	const vera = await signed_in('staff', { email, password }), clerk = as(await new_staff('admin')), paid = 'status=paid'
	ok(await clerk.post('/api/views/', { list: 'orders', name: 'Paid, for all', query: paid, shared: true }), 201)
	const [[account]] = sql(`SELECT id FROM account WHERE email = '${email}'`)
	const [[gone]] = sql(`INSERT INTO saved_view (account_id, mount, list, name, query, usual, created_at, updated_at)
		VALUES (${account}, 'staff', 'orders', 'Red ones', 'status=paid&colour=red', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)
	read('resource/list.html', 'with views', vera, '/admin/orders?limit=3', ['Paid, for all', 'Red ones', 'name="shared"', 'Save this view', '?view=0'], ['aria-current="page"><bdi>'])
	read('resource/list.html', 'a view whose filter is gone', vera, `/admin/orders?view=${gone}&${paid}&limit=3`, ['<code>colour</code>', 'what this list has no more', 'aria-current="page"><bdi>Red ones'])
}

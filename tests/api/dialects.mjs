// How the API's mounts spell their answers, so that what is tested of every route is tested of all of them.
import assert from 'node:assert/strict'

// The campus's words for our codes; all others are ours in small letters.
const OURS = {
	not_authenticated: 'TOKEN_INVALID', token_not_valid: 'TOKEN_INVALID', permission_denied: 'FORBIDDEN', invalid: 'VALIDATION_ERROR',
	no_active_account: 'INVALID_CREDENTIALS', unsupported_media_type: 'UNSUPPORTED_TYPE', throttled: 'RATE_LIMITED', parse_error: 'UNREADABLE'
}
const TEXTS = ['detail', 'error', 'message', 'code', 'messages']

const fault_lists = (errors) => {
	for (const [field, list] of Object.entries(errors))
		assert.ok(Array.isArray(list) && list.length && list.every((text) => typeof text === 'string'), field)
}

const WRAPPED = {
	name: 'wrapped',
	status: (status) => status,
	read: ({ body }) => ({ data: body?.data, error: body?.error, errors: body?.errors }),
	contract({ body, status, headers }) {
		assert.match(body.meta.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
		assert.equal(body.meta.request_id, headers.get('x-request-id'))
		assert.equal(typeof body.message, 'string')
		assert.equal(body.success, status < 400)
		if (status < 400) {
			assert.ok('data' in body)
			return
		}
		assert.match(body.error.code, /^[A-Z][A-Z0-9_]+$/)
		assert.equal(body.error.message, body.message)
		assert.ok(body.message.length > 0)
		assert.equal(body.status_code, status)
		fault_lists(body.errors ?? {})
	}
}

// campus.md §1: a success is the object itself; a refusal says one sentence three times.
const BARE = {
	name: 'bare',
	page_missing: true, // so is one that is no number
	status: (status) => status === 422 ? 400 : status,
	read({ body, status, token }) {
		if (status < 400)
			return { data: body }
		// The two words for a token that is no good are told apart here, for all who read one of ours for both.
		if (body && ['not_authenticated', 'token_not_valid'].includes(body.code)) {
			assert.equal(body.code, token ? 'token_not_valid' : 'not_authenticated')
			assert.equal(body.messages?.length, token ? 1 : undefined)
		}
		return {
			error: body && { code: OURS[body.code] ?? body.code?.toUpperCase(), message: body.message },
			errors: body && Object.fromEntries(Object.entries(body).filter(([key, value]) => Array.isArray(value) && key !== 'messages'))
		}
	},
	contract({ body, status, headers }) {
		assert.ok(headers.get('x-request-id'))
		assert.ok(!('success' in body) && !('meta' in body))
		if (status < 400)
			return
		assert.ok(body.message.length > 0)
		assert.equal(body.detail, body.message)
		assert.equal(body.error, body.message)
		assert.match(body.code, /^[a-z][a-z0-9_]+$/)
		if (status === 401)
			assert.equal(headers.get('www-authenticate'), 'Bearer realm="api"')
		fault_lists(Object.fromEntries(Object.entries(body).filter(([key, value]) => !TEXTS.includes(key) && Array.isArray(value))))
	}
}

// people.md §1: wrapped, camelCase, for two families of clients at once.
const CAMEL = {
	name: 'camel',
	status: (status) => status,
	read: ({ body }) => ({ data: body?.data, error: body?.error, errors: body?.errors }),
	contract({ body, status, headers }) {
		const names = (tree) => Object.entries(tree ?? {}).forEach(([key, value]) => {
			if (!Array.isArray(tree))
				assert.doesNotMatch(key, /_/)
			if (typeof value === 'object')
				names(value)
		})

		names(body)
		assert.match(body.meta.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
		assert.equal(body.meta.requestId, headers.get('x-request-id'))
		assert.equal(typeof body.message, 'string')
		assert.equal(body.success, status < 400)
		if (status < 400) {
			assert.ok(body.data && typeof body.data === 'object')
			return
		}
		assert.match(body.code, /^[A-Z][A-Z0-9_]+$/)
		assert.deepEqual(body.error, { code: body.code, message: body.message })
		assert.equal(body.statusCode, status)
		fault_lists(body.errors ?? {})
		if (body.errors)
			assert.equal(body.message, Object.values(body.errors)[0][0])
	}
}

const MOUNTS = { '/api/campus': BARE, '/api/people': CAMEL }

export const dialect_of = (path) =>
	Object.entries(MOUNTS).find(([prefix]) => `${path}/`.startsWith(`${prefix}/`))?.[1] ?? WRAPPED

// Whom an access token is for: the mount that it is shown to, and the role that has it.
const CAMPUS = ['student', 'supervisor', 'campus_organizer', 'hr', 'campus_admin'], PEOPLE = ['user', 'moderator', 'people_admin']
export const audience_of = (path) => /^\/api\/(campus|people)(\/|$)/.exec(path)?.[1] ?? 'api'
export const audience_for = (role) => CAMPUS.includes(role) ? 'campus' : PEOPLE.includes(role) ? 'people' : 'api'
export const ROLES = ['customer', 'organizer', 'merchant', 'usher', 'superadmin', 'admin', 'finance', 'support', ...CAMPUS, ...PEOPLE]

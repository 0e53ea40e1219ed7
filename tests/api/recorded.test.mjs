// The pages' fixtures, which the test with hostile texts reads, are what the program answers: those that were recorded are
// recorded once more, and have the keys that they had.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const run = join(dirname(fileURLToPath(import.meta.url)), '..', 'record', 'run')

test('what pages are filled with is as it was recorded', { skip: !process.env.GATEHOUSE_BUILD && 'it is not told where the build is' }, async () => {
	const { said, good } = await new Promise((resolve) => execFile(run, ['--check'], { maxBuffer: 64 << 20 },
		(error, stdout, stderr) => resolve({ good: !error, said: stdout + stderr })))

	assert.ok(good, said)
	assert.match(said, /^[1-9]\d+ passed, 0 failed$/m)
})

// The site's settings with changes, for a process of a test's own.
import { readFileSync, writeFileSync } from 'node:fs'

// Writes them to path. changes: { 'section.name': value, … }.
export function write_ini(path, changes) {
	const sections = {}
	let section

	for (const line of readFileSync(process.env.GATEHOUSE_INI, 'utf8').split('\n')) {
		const [, head] = line.match(/^\[(\w+)\]/) ?? [], [, name, value] = line.match(/^(\w+) *= *(.*)$/) ?? []

		if (head)
			section = sections[head] ??= {}
		else if (name)
			section[name] = value
	}
	for (const [key, value] of Object.entries(changes)) {
		const [of, name] = key.split('.');

		(sections[of] ??= {})[name] = value
	}
	writeFileSync(path, Object.entries(sections).map(([name, values]) =>
		`[${name}]\n${Object.entries(values).map(([key, value]) => `${key} = ${value}\n`).join('')}`).join('\n'), { mode: 0o600 })
	return path
}

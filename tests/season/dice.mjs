// Chance by a seed: the same seed makes the same decisions in the same order. Each lane has dice of its own, so that who answers first
// changes nothing of what a lane is going to do.
export const new_seed = () => Math.floor(Math.random() * 2 ** 31)

// A Weyl sequence, mixed (splitmix, in 32 bits).
export function dice(seed, lane = 0) {
	let state = (Math.imul(seed, 0x9e3779b1) + Math.imul(lane + 1, 0x85ebca6b)) >>> 0
	const next = () => {
		state = (state + 0x9e3779b9) >>> 0
		let z = state

		z = Math.imul(z ^ z >>> 16, 0x21f0aaad)
		z = Math.imul(z ^ z >>> 15, 0x735a2d97)
		return ((z ^ z >>> 15) >>> 0) / 2 ** 32
	}
	const below = (n) => Math.floor(next() * n)

	return {
		below,
		between: (low, high) => low + below(high - low + 1),
		chance: (p) => next() < p,
		pick: (list) => list[below(list.length)],
		// Takes one out of a list; undefined where there is none.
		take: (list) => list.length ? list.splice(below(list.length), 1)[0] : undefined,
		// One of { name: weight }.
		weighed(weights) {
			let at = next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0)

			for (const [name, weight] of Object.entries(weights))
				if ((at -= weight) < 0)
					return name
			return Object.keys(weights).at(-1)
		},
		// 24 hex digits: a name that a client would make up.
		word: () => Array.from({ length: 24 }, () => below(16).toString(16)).join('')
	}
}

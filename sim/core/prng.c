/* SPDX-License-Identifier: BSD-3-Clause */
/* xoshiro256** by the published recurrence; seeded by splitmix64. */
#include "core/prng.h"

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t prng_mix(uint64_t seed, uint64_t n)
{
	uint64_t z = seed + n * 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

void prng_seed(struct prng *prng, uint64_t seed)
{
	for (unsigned i = 0; i < 4; i++)
		prng->s[i] = prng_mix(seed, i + 1);
}

uint64_t prng_next(struct prng *prng)
{
	uint64_t *s = prng->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t prng_below(struct prng *prng, uint64_t n)
{
	/* Rejection keeps it uniform; the loop runs once almost always. */
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;

	do
		x = prng_next(prng);
	while (x >= limit);
	return x % n;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* xoshiro256** seeded by splitmix64: small, fast, the same on every host. */
#ifndef FFASIM_CORE_PRNG_H
#define FFASIM_CORE_PRNG_H

#include <stdint.h>

struct prng {
	uint64_t s[4];
};

/* splitmix64: the @n-th value behind @seed. Neighbours have nothing in common. */
uint64_t prng_mix(uint64_t seed, uint64_t n);
void prng_seed(struct prng *prng, uint64_t seed);
uint64_t prng_next(struct prng *prng);
/* Uniform in [0, n); n > 0. */
uint64_t prng_below(struct prng *prng, uint64_t n);

#endif

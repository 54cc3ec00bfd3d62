/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Profile tables: which quirks each modelled SPMC has. Sources: optee.md 3, 7 and ffa.md 9.
 * `spec` follows the strict rules of ffa.md, with Hafnium's column where the text leaves a choice.
 * tfa-el3 offers no preemption: that its SPs are never left, and that it cleans
 * nothing up after one of them, is (inferred).
 */
#include "spmc/profile.h"

#include <errno.h>
#include <string.h>

#include "ffa/ffa.h"
#include "spmc/spmc.h"

#define Q(id) (1ULL << Q_##id)

#define OPTEE_QUIRKS                                                                               \
	(Q(THREAD_POOL) | Q(NO_RUNTIME_MODELS) | Q(D1) | Q(D4) | Q(D5) | Q(D7) | Q(D8) | Q(D15) |  \
	 Q(D17) | Q(D34) | Q(DEAD_IS_BUSY) | Q(DEAD_KEEPS) | Q(OPTEE_ENDPOINT) |                   \
	 Q(VERSION_UNLOCKED) | Q(SVC_UNKNOWN_INVALID) | Q(SPMD_DENIES) | Q(D12) |                  \
	 Q(PROP_NOT_SUPPORTED) | Q(RESP_INVALID) | Q(INFO_EMPTY_OK) | Q(INFO_RX_LOST) |            \
	 Q(MEM_OPTEE) | Q(NO_OVERLAP_CHECK) | Q(NO_INFO_REGS) | Q(NTF_OPTEE) | Q(NO_INDIRECT) |    \
	 Q(HALT_ALL) | Q(LOG_PRINTED))

static const struct spmc_profile profiles[] = {
	{"optee-4.10", "OP-TEE 4.10 at S-EL1, S-EL0 SPs preemptible (golden.md)", OPTEE_QUIRKS, 2,
	 60, FFA_VERSION_1_2},
	{"optee-3.21", "OP-TEE before 3.22: SPs are never preempted (S34)",
	 OPTEE_QUIRKS | Q(NEVER_PREEMPTED) | Q(ACTION_OPTIONAL), 2, 60, FFA_VERSION_1_2},
	{"spec", "strict FF-A 1.2: execution context states, runtime models, no threads",
	 Q(HALT_ALL) | Q(ACTION_OPTIONAL), 0, 60, FFA_VERSION_1_2},
	{"hafnium-2.x", "Hafnium at S-EL2 below S-EL1 and S-EL0 partitions (ffa.md 9)",
	 Q(HALT_ALL) | Q(ACTION_OPTIONAL) | Q(EL1_SPS) | Q(VERSION_EXACT) | Q(SPMD_DENIES) |
		 Q(NO_PER_VCPU) | Q(UNKNOWN_MINUS_ONE),
	 0, 60, FFA_VERSION_1_2},
	{"tfa-el3", "the SPMC of TF-A at EL3: the Normal world sends, SPs answer (ffa.md 9)",
	 Q(HALT_ALL) | Q(ACTION_OPTIONAL) | Q(NWD_NEEDS_VERSION) | Q(VERSION_STORED) |
		 Q(NO_SP_REQUESTS) | Q(NO_YIELD) | Q(DEAD_KEEPS) | Q(NO_INFO_REGS) | Q(MEM_TFA) |
		 Q(NO_NOTIFICATIONS) | Q(NO_INDIRECT) | Q(NO_VM_MESSAGES) | Q(SPMD_DENIES) |
		 Q(NEVER_PREEMPTED) | Q(DEAD_IS_BUSY) | Q(ERROR_ENDS_REQUEST) | Q(LOG_PRINTED),
	 0, 60, FFA_VERSION_1_2},
};

#define PROFILE_COUNT (sizeof(profiles) / sizeof(profiles[0]))

static const char *const profile_names[] = {"optee-4.10",  "optee-3.21", "spec",
					    "hafnium-2.x", "tfa-el3",	 NULL};

static const char *const quirk_names[] = {
#define QUIRK_NAME(id, name, doc) name,
	SPMC_QUIRKS(QUIRK_NAME)
#undef QUIRK_NAME
};

static const char *const quirk_docs[] = {
#define QUIRK_DOC(id, name, doc) doc,
	SPMC_QUIRKS(QUIRK_DOC)
#undef QUIRK_DOC
};

const char *profile_quirk_name(enum quirk_id id)
{
	return quirk_names[id];
}

const char *profile_quirk_doc(enum quirk_id id)
{
	return quirk_docs[id];
}

/* Older, positive names of the same switch. */
static const struct {
	const char *name;
	enum quirk_id quirk;
	bool inverted;
} aliases[] = {
	{"action-inheritance", Q_D8, true},
	{"runtime-models", Q_NO_RUNTIME_MODELS, true},
};

const char *const *spmc_profile_names(void)
{
	return profile_names;
}

const struct spmc_profile *profile_find(const char *name)
{
	for (size_t i = 0; i < PROFILE_COUNT; i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

/* Levenshtein distance of short names. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[64];
	const size_t n = strnlen(b, sizeof(row) / sizeof(row[0]) - 1);

	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (unsigned i = 0; a[i]; i++) {
		unsigned diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			const unsigned keep = row[j + 1];
			unsigned best = diagonal + (a[i] != b[j]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (keep + 1 < best)
				best = keep + 1;
			row[j + 1] = best;
			diagonal = keep;
		}
	}
	return row[n];
}

static void nearer(const char *name, const char *candidate, const char **best, unsigned *best_d)
{
	const unsigned d = distance(name, candidate);

	if (d < *best_d) {
		*best_d = d;
		*best = candidate;
	}
}

const char *profile_nearest(const char *name)
{
	const char *best = profiles[0].name;
	unsigned d = ~0u;

	for (size_t i = 0; i < PROFILE_COUNT; i++)
		nearer(name, profiles[i].name, &best, &d);
	return best;
}

int profile_switch(uint64_t *quirks, const char *name, const char *value, const char **nearest)
{
	unsigned d = ~0u;
	int quirk = -1;
	bool on, inverted = false;

	for (int i = 0; i < QUIRK_COUNT; i++) {
		nearer(name, quirk_names[i], nearest, &d);
		if (!strcmp(name, quirk_names[i]))
			quirk = i;
	}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		nearer(name, aliases[i].name, nearest, &d);
		if (!strcmp(name, aliases[i].name)) {
			quirk = aliases[i].quirk;
			inverted = aliases[i].inverted;
		}
	}
	if (quirk < 0)
		return -EINVAL;
	if (!strcmp(value, "on"))
		on = true;
	else if (!strcmp(value, "off"))
		on = false;
	else
		return -ERANGE;
	if (on != inverted)
		*quirks |= 1ULL << quirk;
	else
		*quirks &= ~(1ULL << quirk);
	return 0;
}

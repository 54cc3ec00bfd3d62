/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The profile table against ffa.md section 9: each of its 38 rows is there once and decided for
 * every profile, and two profiles part where the columns of the reference part.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "spmc/profile.h"
#include "spmc/spmc.h"

#define ROWS 38

/* One letter a column, hafnium, optee, tfa_el3: the same letter where the model behaves the same.
 * Where that is less than the reference has, the remark says why. */
static const char *const column[ROWS + 1] = {
	[1] = "aaa", /* Hafnium is modelled as built for 1.2 */
	[2] = "abc",  [3] = "abc",  [4] = "abc",  [5] = "aba",	[6] = "aaa",  [7] = "abb",
	[8] = "aba",  [9] = "abc",  [10] = "abc", [11] = "abc", [12] = "aba", [13] = "abc",
	[14] = "abc", [15] = "abb", /* tfa_el3 leaves it to S-EL1 firmware, which is not modelled */
	[16] = "abc", [17] = "abc", [18] = "aba", [19] = "aba", [20] = "abc", [21] = "abc",
	[22] = "aba", [23] = "abb", [24] = "abb", [25] = "abc", [26] = "aba", [27] = "abb",
	[28] = "abc", [29] = "aba", [30] = "aaa", /* the S-EL1 half has no subject where there is no
						     such SP */
	[31] = "abc", [32] = "abb", [33] = "abc", /* tfa_el3: to S-EL1 SPs, not modelled */
	[34] = "aab", [35] = "abb", [36] = "abc", [37] = "abb", [38] = "abc",
};

static const struct profile_row *row_of(unsigned number)
{
	const struct profile_row *found = NULL, *rows;
	size_t n;

	rows = profile_rows(&n);
	for (size_t i = 0; i < n; i++)
		if (rows[i].number == number) {
			assert_null(found);
			found = &rows[i];
		}
	assert_non_null(found);
	return found;
}

static const char *decides(unsigned number, const char *profile)
{
	const struct spmc_profile *p = profile_find(profile);

	assert_non_null(p);
	return profile_decides(row_of(number), p->quirks);
}

static void every_row_is_decided(void **state)
{
	(void)state;
	for (unsigned number = 1; number <= ROWS; number++)
		for (const char *const *p = spmc_profile_names(); *p; p++)
			assert_true(strlen(decides(number, *p)) > 0);
}

static void profiles_part_where_the_reference_does(void **state)
{
	static const char *const profile[] = {"hafnium-2.x", "optee-4.10", "tfa-el3"};

	(void)state;
	for (unsigned number = 1; number <= ROWS; number++)
		for (unsigned a = 0; a < 3; a++)
			for (unsigned b = 0; b < a; b++) {
				const bool same = column[number][a] == column[number][b];

				if (!strcmp(decides(number, profile[a]),
					    decides(number, profile[b])) != same)
					fail_msg("row %u (%s): %s and %s %s", number,
						 row_of(number)->what, profile[a], profile[b],
						 same ? "part" : "decide the same");
			}
}

/* Golden facts of optee-3.21: its SPs are never left (S34). */
static void older_optee_differs_in_preemption_only(void **state)
{
	(void)state;
	for (unsigned number = 1; number <= ROWS; number++) {
		const bool same =
			!strcmp(decides(number, "optee-4.10"), decides(number, "optee-3.21"));
		const bool preemption =
			number == 14 || number == 16 || number == 17 || number == 20;

		if (same == preemption)
			fail_msg("row %u (%s)", number, row_of(number)->what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_decided),
		cmocka_unit_test(profiles_part_where_the_reference_does),
		cmocka_unit_test(older_optee_differs_in_preemption_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

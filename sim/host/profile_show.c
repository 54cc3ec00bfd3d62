/* SPDX-License-Identifier: BSD-3-Clause */
/* Profiles for people: what an SPMC decides, and where two of them part. */
#include "host/profile_show.h"

#include <stdio.h>
#include <string.h>

#include "host/run.h"
#include "spmc/profile.h"
#include "spmc/spmc.h"

static void list(void)
{
	for (const char *const *p = spmc_profile_names(); *p; p++)
		printf("%-12s %s\n", *p, profile_find(*p)->doc);
}

static void numbers(const struct spmc_profile *p)
{
	printf("%-48s %u.%u\n", "version", p->version >> 16, p->version & 0xffff);
	printf("%-48s ", "threads for messages to SPs");
	if (p->thread_count)
		printf("%u\n", p->thread_count);
	else
		puts("none, contexts run on their own");
}

static int show(const struct spmc_profile *p)
{
	const struct profile_row *row;
	size_t n;

	printf("%s: %s\n\n", p->name, p->doc);
	numbers(p);
	row = profile_rows(&n);
	for (size_t i = 0; i < n; i++)
		printf("%-48s %s\n", row[i].what, profile_decides(&row[i], p->quirks));
	puts("\nquirks (a scenario may switch each: spmc: quirks: {name: off})");
	for (int q = 0; q < QUIRK_COUNT; q++)
		if (p->quirks >> q & 1)
			printf("  %-28s %s\n", profile_quirk_name(q), profile_quirk_doc(q));
	return EXIT_PASS;
}

static int compare(const struct spmc_profile *a, const struct spmc_profile *b)
{
	const uint64_t differ = a->quirks ^ b->quirks;
	const struct profile_row *row;
	size_t n;

	row = profile_rows(&n);
	for (size_t i = 0; i < n; i++) {
		const char *x = profile_decides(&row[i], a->quirks);
		const char *y = profile_decides(&row[i], b->quirks);

		if (strcmp(x, y))
			printf("%s\n  %-12s %s\n  %-12s %s\n", row[i].what, a->name, x, b->name, y);
	}
	if (a->thread_count != b->thread_count)
		printf("threads for messages to SPs\n  %-12s %u\n  %-12s %u\n", a->name,
		       a->thread_count, b->name, b->thread_count);
	if (differ)
		puts("\nquirks");
	for (int q = 0; q < QUIRK_COUNT; q++)
		if (differ >> q & 1)
			printf("  %-28s %s only\n", profile_quirk_name(q),
			       a->quirks >> q & 1 ? a->name : b->name);
	return EXIT_PASS;
}

static const struct spmc_profile *find(const char *name)
{
	const struct spmc_profile *p = profile_find(name);

	if (!p)
		fprintf(stderr, "ffasim: unknown profile '%s' (did you mean '%s'?)\n", name,
			profile_nearest(name));
	return p;
}

int profile_show(const char *a, const char *b)
{
	const struct spmc_profile *pa, *pb;

	if (!a) {
		list();
		return EXIT_PASS;
	}
	pa = find(a);
	if (!pa)
		return EXIT_USAGE;
	if (!b)
		return show(pa);
	pb = find(b);
	return pb ? compare(pa, pb) : EXIT_USAGE;
}

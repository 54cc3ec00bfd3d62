/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * `ffasim conform`: every statement against every profile it applies to. A profile that deviates on
 * purpose is held to its deviation, which is shown with the quirk that causes it; it is never
 * skipped.
 */
#include "host/conform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/run.h"
#include "host/words.h"

extern const struct statement_table conform_discovery, conform_messages, conform_interrupts,
	conform_memory, conform_borrow, conform_notifications, conform_el1;

static const struct statement_table *const tables[] = {
	&conform_discovery, &conform_messages,	    &conform_interrupts, &conform_memory,
	&conform_borrow,    &conform_notifications, &conform_el1,
};
#define TABLE_COUNT (sizeof(tables) / sizeof(tables[0]))

#define STATEMENTS_MAX 103 /* of ffa.md section 10 */

static const char *const result_name[] = {
	[CW_PASS] = "pass", [CW_DEVIATES] = "deviates", [CW_FAIL] = "FAIL"};

const struct statement_table *conform_tables(size_t *n)
{
	static struct statement_table copy[TABLE_COUNT];

	for (size_t i = 0; i < TABLE_COUNT; i++)
		copy[i] = *tables[i];
	*n = TABLE_COUNT;
	return copy;
}

/* The letter under which ffa.md section 10 speaks of a profile. */
static char letter_of(const char *profile)
{
	static const struct {
		const char *head;
		char letter;
	} heads[] = {{"spec", 's'}, {"hafnium", 'H'}, {"optee", 'O'}, {"tfa", 'T'}};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (!strncmp(profile, heads[i].head, strlen(heads[i].head)))
			return heads[i].letter;
	return '?';
}

static bool applies(const struct statement *st, const char *profile)
{
	return strchr(st->who, 'S') || strchr(st->who, letter_of(profile));
}

struct tally {
	unsigned statements, runs, pass, deviates, fail;
	unsigned refusals;
	bool seen[STATEMENTS_MAX + 1];
};

/* "C48" */
static unsigned number_of(const struct statement *st)
{
	const unsigned long n = strtoul(st->id + 1, NULL, 10);

	return n <= STATEMENTS_MAX ? (unsigned)n : 0;
}

static void print_text(const struct statement *st, const char *profile,
		       const struct cw_outcome *out, bool first)
{
	if (first)
		printf("%-5s %s\n", st->id, st->text);
	printf("      %-12s %s%s%s\n", profile, result_name[out->result],
	       !out->text[0]		    ? ""
	       : out->result == CW_DEVIATES ? ": quirk "
					    : ": ",
	       out->text);
}

static void print_json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

static void print_json(const struct statement *st, const char *profile,
		       const struct cw_outcome *out)
{
	printf("{\"id\": \"%s\", \"profile\": \"%s\", \"result\": \"%s\", \"detail\": ", st->id,
	       profile, result_name[out->result]);
	print_json_string(out->text);
	fputs(", \"statement\": ", stdout);
	print_json_string(st->text);
	puts("}");
}

static void run_statement(const struct statement *st, const char *only, bool json, struct tally *t)
{
	bool first = true;

	for (const char *const *p = spmc_profile_names(); *p; p++) {
		struct cw_outcome out;

		if (!applies(st, *p) || (only && strcmp(only, *p)))
			continue;
		cw_run(st, *p, &out);
		t->runs++;
		t->pass += out.result == CW_PASS;
		t->deviates += out.result == CW_DEVIATES;
		t->fail += out.result == CW_FAIL;
		t->refusals += cw.refusals;
		if (json)
			print_json(st, *p, &out);
		else
			print_text(st, *p, &out, first);
		first = false;
	}
	/* Some statements have several rows. */
	if (!first && !t->seen[number_of(st)]) {
		t->seen[number_of(st)] = true;
		t->statements++;
	}
}

static int bad_profile(const char *name)
{
	fprintf(stderr, "ffasim: unknown profile '%s' (did you mean '%s'?)\n", name,
		profile_nearest(name));
	return EXIT_USAGE;
}

int conform_main(const char *profile, const char *only, bool json)
{
	struct tally t = {0};

	if (profile && !profile_find(profile))
		return bad_profile(profile);
	if (only && !strcmp(only, "sweep"))
		return conform_sweep(profile);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		for (size_t k = 0; k < tables[i]->count; k++)
			if (!only || !strcmp(only, tables[i]->row[k].id))
				run_statement(&tables[i]->row[k], profile, json, &t);
	cw_finish();
	if (!t.runs) {
		fprintf(stderr, "ffasim: conform: no statement '%s' (they are C1 to C103)\n",
			only ? only : "at all");
		return EXIT_USAGE;
	}
	if (!json)
		printf("\n%u statements, %u results: %u pass, %u deviate as the profile says, "
		       "%u fail\n%u refused calls left every table as it was\n",
		       t.statements, t.runs, t.pass, t.deviates, t.fail, t.refusals);
	return t.fail ? 1 : 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What there is to run and to name: the scenarios below scenarios/, the claims they show, and the
 * points a scenario can use. Everything is read from the files and tables themselves.
 */
#include "host/catalogue.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "host/variants.h"

#define FILES_MAX 1024
#define CLAIMS 10

static char *found[FILES_MAX];
static size_t found_count;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	size_t n = strlen(path);

	if (type == FTW_F && n > 5 && !strcmp(path + n - 5, ".yaml") && found_count < FILES_MAX)
		found[found_count++] = strdup(path);
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_scenarios(void)
{
	nftw("scenarios", visit, 16, FTW_PHYS);
	qsort(found, found_count, sizeof(found[0]), by_text);
}

static void forget_scenarios(void)
{
	while (found_count)
		free(found[--found_count]);
}

int catalogue_list(const char *part)
{
	int code = 0;

	find_scenarios();
	for (size_t i = 0; i < found_count; i++) {
		struct diag d = {0};
		struct scn s;
		char pattern[300], claims[64] = "";

		if (part) {
			snprintf(pattern, sizeof(pattern), "*%s*", part);
			if (!text_glob(pattern, found[i]))
				continue;
		}
		if (scn_load(&s, found[i], NULL, 0, &d)) {
			printf("%-52s  does not read: %s\n", found[i], d.text);
			code = EXIT_USAGE;
			scn_free(&s);
			continue;
		}
		for (int n = 1; n <= CLAIMS; n++) {
			if (s.claim_mask >> n & 1)
				snprintf(claims + strlen(claims), sizeof(claims) - strlen(claims),
					 " C%d", n);
		}
		printf("%-52s %-10s %s\n", found[i], claims, s.goal);
		scn_free(&s);
	}
	forget_scenarios();
	return code;
}

static const char *const claim_text[CLAIMS + 1] = {
	NULL,
	"calls to SPs block; Non-secure interrupts wait; preemptible SPs cure the stalls",
	"OP-TEE uses managed exit, which allows resume on another CPU",
	"a preempted S-EL0 SP may be resumed on another CPU",
	"a loop of minutes in an SP under load: the scheduler moves it",
	"managed exit is only for S-EL1",
	"a return with w4=2 is inside the FF-A specification",
	"the driver does nothing for w4=2: the interrupt is already delivered",
	"FFA_INTERRUPT gives the SP less control of the CPU",
	"the vCPU in FFA_INTERRUPT belongs to the SPMC",
	"plain preemption and spinlocks do not mix",
};

struct claim {
	char *shown[FILES_MAX]; /* names of scenarios, each once */
	size_t count;
	int code; /* the first failing one */
};

/* Guest and native scenarios of one name are one entry. One that failed is marked. */
static void note_claim(struct claim *c, const char *name, int code)
{
	char *entry;

	if (asprintf(&entry, "%s%s", name, code ? "(FAILED)" : "") < 0)
		return;
	c->code = c->code ? c->code : code;
	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->shown[i], entry))
			continue;
		free(entry);
		return;
	}
	c->shown[c->count++] = entry;
}

static int run_claimed(const char *path, const struct run_options *o, struct claim *claim)
{
	struct diag d = {0};
	struct scn s;
	int code = 0;

	if (scn_load(&s, path, o->sets, o->set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
		code = EXIT_USAGE;
	} else if (s.claim_mask) {
		code = variants_run_any(&s, o);
		for (int n = 1; n <= CLAIMS; n++)
			if (s.claim_mask >> n & 1)
				note_claim(&claim[n], s.name, code);
	}
	scn_free(&s);
	return code;
}

#define CLAIMS_WIDTH 100
#define CLAIMS_INDENT 14

/* The scenarios below what was said, as many a line as fit. */
static void print_claim(int n, struct claim *c)
{
	size_t column = CLAIMS_INDENT;
	char id[8];

	snprintf(id, sizeof(id), "C%d", n);
	printf("%-5s %-7s %s\n%*s", id,
	       !c->count ? "open"
	       : c->code ? "FAIL"
			 : "pass",
	       claim_text[n], CLAIMS_INDENT, "");
	for (size_t i = 0; i < c->count; i++) {
		const size_t len = strlen(c->shown[i]);

		if (i && column + 1 + len > CLAIMS_WIDTH) {
			printf("\n%*s", CLAIMS_INDENT, "");
			column = CLAIMS_INDENT;
		} else if (i) {
			putchar(' ');
			column++;
		}
		fputs(c->shown[i], stdout);
		column += len;
		free(c->shown[i]);
	}
	putchar('\n');
}

int catalogue_claims(const struct run_options *options)
{
	static struct claim claim[CLAIMS + 1];
	struct run_options o = *options;
	int code = 0;

	o.out = fopen("/dev/null", "we");
	if (!o.out)
		return EXIT_INTERNAL;
	o.log = LOG_NONE;
	memset(claim, 0, sizeof(claim));
	crash_install();
	find_scenarios();
	for (size_t i = 0; i < found_count; i++) {
		const int now = run_claimed(found[i], &o, claim);

		code = code ? code : now;
	}
	fclose(o.out);
	forget_scenarios();
	printf("claim result  what was said, and the scenarios that show it\n");
	for (int n = 1; n <= CLAIMS; n++) {
		print_claim(n, &claim[n]);
		if (!claim[n].count)
			code = code ? code : EXIT_FAIL;
	}
	return code;
}

/* --- points
 * --------------------------------------------------------------------------------------- */

static void print_table(const struct vsection *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("\n%s\n", v[i].name);
		for (size_t k = 0; k < v[i].count; k++)
			printf("  %-22s %s%s\n", v[i].keys[k].name, v[i].keys[k].doc,
			       v[i].keys[k].required ? " (required)" : "");
	}
}

/* The names that injections and expectations of this scenario can use. */
static void print_scenario(const struct scn *s)
{
	puts("partitions");
	for (size_t i = 0; i < s->part_count; i++)
		printf("  %-22s %s\n", s->part[i].name, s->part[i].manifest);
	puts("\ntasks");
	for (size_t i = 0; i < s->task_count; i++)
		printf("  %-22s %zu steps\n", s->task[i].name, s->task[i].step_count);
	printf("\nPEs\n  0..%u\n\n", s->mach.pes - 1);
}

static void print_site(const struct fault_site *site)
{
	printf("  %-22s %s", site->name, site->doc);
	for (unsigned i = 0; i < site->value_count; i++)
		printf("%s%lld", i ? ", " : "; values: ", (long long)site->values[i]);
	putchar('\n');
}

int catalogue_points(const char *path, const struct run_options *o, bool vocabulary)
{
	size_t n;
	const struct trace_kind *const *kinds = trace_kinds(&n);
	struct fault_site *const *sites;

	if (path) {
		struct diag d = {0};
		struct scn s;
		int err = scn_load(&s, path, o->sets, o->set_count, &d);

		if (!err)
			print_scenario(&s);
		scn_free(&s);
		if (err) {
			fprintf(stderr, "%s\n", d.text);
			return EXIT_USAGE;
		}
	}
	puts("points (machine.points, --points)\n"
	     "  calls                  code between two calls of the kernel or SPMC is one step\n"
	     "  access                 each memory access of a driver or SP may be interrupted\n");
	puts("events");
	for (size_t i = 0; i < n; i++) {
		printf("  %-22s %s", kinds[i]->name, kinds[i]->doc);
		for (int f = 0; f < TRACE_ARGS && kinds[i]->fields[f]; f++) {
			size_t len;

			trace_field(kinds[i]->fields[f], &len);
			printf("%s%.*s", f ? " " : "; ", (int)len, kinds[i]->fields[f]);
		}
		putchar('\n');
	}
	sites = fault_sites(&n);
	puts("\nfault sites");
	for (size_t i = 0; i < n; i++)
		print_site(sites[i]);
	puts("\ncosts");
#define COST_ROW(name, ns, doc) printf("  %-22s %s (%dns)\n", #name, doc, (int)(ns));
	COST_TABLE(COST_ROW)
#undef COST_ROW
	puts("\nprofiles");
	for (const char *const *p = spmc_profile_names(); *p; p++)
		printf("  %s\n", *p);
	if (vocabulary) {
		const struct vsection *v;
		const struct step_kind *steps = step_kinds(&n);

		for (size_t i = 0; i < n; i++) {
			struct vsection one = {steps[i].name, steps[i].keys, steps[i].key_count};

			printf("\nstep %s: %s", steps[i].name, steps[i].doc);
			print_table(&one, 1);
		}
		n = scn_sections(&v);
		print_table(v, n);
	}
	return 0;
}

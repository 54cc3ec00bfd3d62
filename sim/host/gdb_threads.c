/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Execution contexts as threads. Each partition has an address space and an image of its own, as a
 * process has: to a debugger that knows several processes each is one, to be attached to by its
 * number. It has the partition it was started for from the beginning.
 */
#include "host/gdb.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc.h"

static unsigned index_of(const struct guest *t)
{
	return (unsigned)(t - guest_at(0));
}

const struct guest *gdb_of_ec(const struct ec *ec)
{
	const struct guest *t;

	for (unsigned i = 0; (t = guest_at(i)) != NULL && t->ec != ec; i++)
		;
	return t;
}

bool gdb_sees(const struct gdb *g, const struct guest *t)
{
	return t && (t->who == g->first ? !g->left : g->attached >> index_of(t) & 1);
}

const char *gdb_name(const struct gdb *g, const struct guest *t)
{
	static char text[32];

	if (g->multi)
		snprintf(text, sizeof(text), "p%x.%x", index_of(t) + 1, index_of(t) + 1);
	else
		snprintf(text, sizeof(text), "1");
	return text;
}

/* Of "p2.2", "p2.-1", "p2", "2"; a thread has the number of its process. 0 = any. */
static unsigned number_of(const char *name)
{
	const long n = strtol(name + (*name == 'p'), NULL, 16);

	return n > 0 ? (unsigned)n : 0;
}

const struct guest *gdb_named(const struct gdb *g, const char *name)
{
	const unsigned n = number_of(name);
	const struct guest *t = n && g->multi ? guest_at(n - 1) : g->look;

	return gdb_sees(g, t) ? t : NULL;
}

bool gdb_list(const struct gdb *g, char *reply)
{
	const struct guest *t;
	char *to = reply;

	for (unsigned i = 0; (t = guest_at(i)) != NULL; i++)
		if (gdb_sees(g, t))
			to += sprintf(to, "%c%s", to == reply ? 'm' : ',', gdb_name(g, t));
	return to != reply;
}

void gdb_describe(const struct gdb *g, const struct guest *t, char *text, size_t bytes)
{
	const char *name = trace_name(t->who), *pe = strstr(machine_where(machine), "PE");
	struct spmc_partition_view v;

	if (!g->spmc || !spmc_partition_by_name(g->spmc, name, &v))
		v.state = "?";
	if (!t->ec)
		snprintf(text, bytes, "%s, not loaded yet", name);
	else if (t->ec == g->ec && pe) /* none runs while the machine is at an event */
		snprintf(text, bytes, "%s, context 0, %s, on %s", name, v.state, pe);
	else
		snprintf(text, bytes, "%s, context 0, %s, %s PE%u", name, v.state,
			 t->ec->inside ? "on" : "last on", t->ec->last_pe);
}

/* The whole path, without what would have to be escaped; NULL = there is no such ELF. gdb asks for
 * the one of each process it attaches to, and then where its text lies (qOffsets). */
const char *gdb_executable(const struct guest *t)
{
	static char path[PATH_MAX];
	const char *elf = t->ec ? t->target->elf(t->ec) : NULL;

	return elf && realpath(elf, path) && !strpbrk(path, "#$}*<>&\"") ? path : NULL;
}

void gdb_describe_all(const struct gdb *g, char *text, size_t bytes)
{
	const struct guest *t;
	size_t n = (size_t)snprintf(text, bytes, "%s\n", machine_where(machine));

	for (unsigned i = 0; (t = guest_at(i)) != NULL && n < bytes; i++) {
		char line[160];

		gdb_describe(g, t, line, sizeof(line));
		n += (size_t)snprintf(text + n, bytes - n, "%u %s", i + 1, line);
		if (t->ec && n < bytes) {
			uint64_t distance, pc = t->ec->ops->pc(t->ec);
			const char *name = t->ec->ops->symbol(t->ec, pc, &distance);

			n += (size_t)snprintf(text + n, bytes - n, ", pc %llx %s+%llu",
					      (unsigned long long)pc, name ? name : "?",
					      (unsigned long long)(name ? distance : 0));
		}
		if (n < bytes)
			n += (size_t)snprintf(text + n, bytes - n, "\n");
		if (t->ec && !gdb_sees(g, t) && t->who != g->first && n < bytes)
			n += (size_t)snprintf(text + n, bytes - n,
					      "  add-inferior, and there: attach %u\n", i + 1);
		/* A path that no packet can hold. */
		if (t->ec && t->target->elf(t->ec) && !gdb_executable(t) && n < bytes)
			n += (size_t)snprintf(text + n, bytes - n,
					      "  add-symbol-file '%s' -o %#llx\n",
					      t->target->elf(t->ec),
					      (unsigned long long)t->target->load_va(t->ec));
	}
}

/* One thread may step; all others go on with it, as they do on the machine. */
void gdb_resume(struct gdb *g, const char *actions)
{
	g->d.step = 0;
	while (actions && *actions) {
		const char *of = strchr(actions, ':'), *next = strchr(actions, ';');
		const struct guest *t;

		t = of && !(next && of > next) ? gdb_named(g, of + 1) : gdb_of_ec(g->ec);
		if ((*actions == 's' || *actions == 'S') && t && !g->d.step)
			g->d.step = t->who;
		actions = next ? next + 1 : NULL;
	}
}

static void forget(struct guest_debugger *d, uint32_t who)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < d->breakpoint_count; i++)
		if (d->breakpoint[i].who != who)
			d->breakpoint[kept++] = d->breakpoint[i];
	d->breakpoint_count = kept;
	kept = 0;
	for (unsigned i = 0; i < d->watch_count; i++)
		if (d->watch[i].who != who)
			d->watch[kept++] = d->watch[i];
	d->watch_count = kept;
}

const char *gdb_attach(struct gdb *g, const char *process, char *reply)
{
	const unsigned n = number_of(process);
	const struct guest *t = n ? guest_at(n - 1) : NULL;

	if (!t || gdb_sees(g, t))
		return "E01";
	if (!t->ec)
		return "E.not loaded yet";
	g->attached |= 1ull << index_of(t);
	g->look = t;
	sprintf(reply, "T05thread:%s;", gdb_name(g, t));
	return reply;
}

const struct guest *gdb_any(const struct gdb *g)
{
	const struct guest *t;

	for (unsigned i = 0; (t = guest_at(i)) != NULL && !gdb_sees(g, t); i++)
		;
	return t;
}

bool gdb_leave(struct gdb *g, const char *process)
{
	const struct guest *t = g->multi ? gdb_named(g, process) : NULL;

	if (!t)
		return true;
	forget(&g->d, t->who);
	if (t->who == g->first)
		g->left = true;
	else
		g->attached &= ~(1ull << index_of(t));
	return !gdb_any(g);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel log: a ring of lines with their virtual time, each also a trace event. WARN and BUG
 * end here: a warning is a finding of the run, a BUG ends it.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include "linux/kernel_internal.h"
#include "linux/khost.h"

TRACE_KIND(trace_kernel_log, "kernel.log", "a line of the kernel log", "level", "text$");

#define LINES 1024
#define LINE_BYTES 240

struct klog_entry {
	u64 time_ns;
	char text[LINE_BYTES];
};

struct klog {
	u64 count; /* lines ever written */
	struct klog_entry line[LINES];
};

/* Kept from machine to machine: only the count says which lines are there. */
static struct klog *kept;

__attribute__((destructor)) static void drop_kept(void)
{
	kh_free(kept);
}

int klog_create(struct klinux *k)
{
	if (!kept)
		kept = kh_alloc(sizeof(*kept));
	if (!kept)
		return -ENOMEM;
	kept->count = 0;
	k->log = kept;
	return 0;
}

void klog_destroy(struct klinux *k)
{
	k->log = NULL;
}

void klog_line(int level, const char *text)
{
	struct klinux *k = klinux_now();
	struct klog_entry *e;
	size_t len = strlen(text);

	if (!k || !k->log)
		return;
	while (len && text[len - 1] == '\n')
		len--;
	if (len >= LINE_BYTES)
		len = LINE_BYTES - 1;
	e = &k->log->line[k->log->count++ % LINES];
	e->time_ns = pe_self() && !k->m->in_event ? pe_self()->now_ns : k->m->now_ns;
	memcpy(e->text, text, len);
	e->text[len] = 0;
	if (k->m->trace.on)
		TRACE(&k->m->trace, trace_kernel_log, (u64)level, trace_intern(e->text));
	if (k->cfg.printk_to_stderr)
		kh_stderr(e->text);
}

void klog_printf(int level, const char *fmt, ...)
{
	char text[LINE_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	klog_line(level, text);
}

int printk(const char *fmt, ...)
{
	char text[LINE_BYTES + 2];
	int level = 4, n;
	const char *at = text;
	va_list ap;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (at[0] == '\001' && at[1]) {
		level = at[1] - '0';
		at += 2;
	}
	klog_line(level, at);
	return n;
}

const char *klinux_log_line(const struct klinux *k, size_t i, uint64_t *time_ns)
{
	u64 kept = k->log->count < LINES ? k->log->count : LINES;
	const struct klog_entry *e;

	if (i >= kept)
		return NULL;
	e = &k->log->line[(k->log->count - kept + i) % LINES];
	*time_ns = e->time_ns;
	return e->text;
}

void kwarn(const char *file, int line, const char *what)
{
	struct klinux *k = klinux_now();

	klog_printf(4, "WARNING: CPU: %u PID: %d at %s:%d %s", pe_self() ? pe_self()->id : 0,
		    kcurrent_pid(), file, line, what);
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "kernel warning at %s:%d: %s", file, line, what);
}

void kbug(const char *file, int line, const char *what)
{
	struct klinux *k = klinux_now();

	klog_printf(0, "kernel BUG at %s:%d!", file, line);
	report_add(&k->m->report, FINDING_CRASH, machine_where(k->m), "kernel BUG at %s:%d: %s",
		   file, line, what);
	machine_stop(k->m, MACHINE_HALTED, "kernel BUG");
	__builtin_trap();
}

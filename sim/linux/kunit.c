/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The KUnit executor. A case runs on a kernel thread of its own, because an assertion that fails
 * ends the thread; what the case registered is undone afterwards on the executor's task. Results go
 * out as KTAP lines, through a function of the embedder.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include "linux/ksched.h"
#include "linux/kdev_internal.h"
#include "linux/kernel_internal.h"
#include "linux/kobject_internal.h"

#define CASE_TIMEOUT_S 300

struct kunit_resource_ {
	void (*fn)(void *data);
	void *data;
	struct kunit_resource_ *next;
};

struct kunit_ctx {
	kunit_print_fn *print;
	void *arg;
};

static __printf(3, 4) void say(const struct kunit_ctx *c, int indent, const char *fmt, ...)
{
	char text[600], *at = text;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* A report of several lines stays below its test. */
	while (at) {
		char *end = strchr(at, '\n');

		if (end)
			*end++ = 0;
		c->print(c->arg, indent, at);
		at = end;
	}
}

static struct kunit_ctx ctx_now; /* one executor a machine, set anew by each run */

bool kunit_fail_(struct kunit *test, const char *file, int line, const char *kind, const char *fmt,
		 ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	test->status = KUNIT_FAILURE;
	say(&ctx_now, 2, "# %s: %s FAILED at %s:%d", test->name, kind, file, line);
	say(&ctx_now, 2, "    Expected %s", text);
	return false;
}

void kunit_log_(struct kunit *test, const char *fmt, ...)
{
	char text[400];
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	n = (size_t)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n && n < sizeof(text) && text[n - 1] == '\n')
		text[n - 1] = 0;
	say(&ctx_now, 2, "# %s: %s", test->name, text);
}

void kunit_mark_skipped_(struct kunit *test, const char *fmt, ...)
{
	va_list ap;

	if (test->status == KUNIT_FAILURE)
		return;
	test->status = KUNIT_SKIPPED;
	va_start(ap, fmt);
	vsnprintf(test->status_comment, sizeof(test->status_comment), fmt, ap);
	va_end(ap);
}

int kunit_add_action(struct kunit *test, void (*fn)(void *), void *data)
{
	struct kunit_resource_ *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	*r = (struct kunit_resource_){.fn = fn, .data = data, .next = test->resources};
	test->resources = r;
	return 0;
}

int kunit_add_action_or_reset(struct kunit *test, void (*fn)(void *), void *data)
{
	int err = kunit_add_action(test, fn, data);

	if (err)
		fn(data);
	return err;
}

static void free_memory(void *data)
{
	kfree(data);
}

void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	void *p = kmalloc_at(size, gfp, __builtin_return_address(0));

	return p && kunit_add_action_or_reset(test, free_memory, p) ? NULL : p;
}

int kunit_attach_mm(void)
{
	struct task_struct *p = ktask_current();

	if (p->process)
		return 0;
	p->process = kprocess_create(klinux_now(), 0, 0);
	p->mm = (struct mm_struct *)p->process;
	return p->process ? 0 : -ENOMEM;
}

/* Mappings go with the thread's address space, when the thread ends. */
unsigned long kunit_vm_mmap(struct kunit *test, struct file *file, unsigned long addr,
			    unsigned long len, unsigned long prot, unsigned long flag,
			    unsigned long offset)
{
	unsigned long at;

	(void)addr;
	(void)flag;
	if (!ktask_current()->process) {
		kunit_fail_(test, test->name, 0, "MAPPING", "kunit_attach_mm() before this");
		return (unsigned long)-EINVAL;
	}
	if (file)
		return (unsigned long)kuser_map_file(get_file(file), len, (int)prot, offset);
	at = (unsigned long)kuser_alloc(len);
	return at ? at : (unsigned long)-ENOMEM;
}

struct case_run {
	struct kunit *test;
	struct kunit_suite *suite;
	struct kunit_case *c;
	struct completion done;
};

static int case_thread(void *data)
{
	struct case_run *r = data;
	int err = r->suite->init ? r->suite->init(r->test) : 0;

	if (err)
		kunit_fail_(r->test, r->suite->name, 0, "INITIALISATION",
			    "0 from the suite's init, but it returned %d", err);
	else
		r->c->run_case(r->test);
	complete(&r->done);
	return 0;
}

static struct case_run *run_now;

_Noreturn void kunit_abort_(struct kunit *test)
{
	(void)test;
	complete(&run_now->done);
	kdo_exit(0);
}

/* One case with one parameter; its status. */
static enum kunit_status run_once(struct kunit *test, struct kunit_suite *suite,
				  struct kunit_case *c)
{
	struct case_run r = {.test = test, .suite = suite, .c = c};
	u32 findings = machine->report.count;
	struct task_struct *thread;

	init_completion(&r.done);
	run_now = &r;
	thread = kthread_run(case_thread, &r, "kunit_try_catch");
	if (IS_ERR(thread)) {
		kunit_fail_(test, suite->name, 0, "START", "a thread, but there is no memory");
		return KUNIT_FAILURE;
	}
	if (!wait_for_completion_timeout(&r.done, CASE_TIMEOUT_S * HZ))
		kunit_fail_(test, suite->name, 0, "TIMEOUT", "an end within %d s of virtual time",
			    CASE_TIMEOUT_S);
	else if (suite->exit)
		suite->exit(test);
	while (test->resources) {
		struct kunit_resource_ *one = test->resources;

		test->resources = one->next;
		one->fn(one->data);
		kfree(one);
	}
	if (machine->report.count != findings)
		kunit_fail_(test, suite->name, 0, "DETECTOR",
			    "no finding of the simulator, but there are %u",
			    (u32)machine->report.count - findings);
	return test->status;
}

static enum kunit_status worse(enum kunit_status a, enum kunit_status b)
{
	return a == KUNIT_FAILURE || b == KUNIT_FAILURE ? KUNIT_FAILURE : b;
}

/* With parameters the case is a KTAP test of subtests. */
static enum kunit_status run_case(struct kunit_ctx *ctx, struct kunit_suite *suite,
				  struct kunit_case *c, char *comment)
{
	struct kunit *test = kzalloc(sizeof(*test), GFP_KERNEL);
	char desc[KUNIT_PARAM_DESC_SIZE];
	enum kunit_status all = KUNIT_SUCCESS;
	const void *param = NULL;
	int n = 0;

	if (!test)
		return KUNIT_FAILURE;
	test->name = c->name;
	if (!c->generate_params) {
		all = run_once(test, suite, c);
		strscpy(comment, test->status_comment, KUNIT_STATUS_COMMENT_SIZE);
		kfree(test);
		return all;
	}
	say(ctx, 2, "KTAP version 1");
	say(ctx, 2, "# Subtest: %s", c->name);
	for (;;) {
		desc[0] = 0;
		param = c->generate_params(param, desc);
		if (!param)
			break;
		*test = (struct kunit){.name = c->name, .param_value = param, .param_index = n};
		run_once(test, suite, c);
		say(ctx, 2, "%s %d %s%s%s", test->status == KUNIT_FAILURE ? "not ok" : "ok", ++n,
		    desc[0] ? desc : c->name, test->status == KUNIT_SKIPPED ? " # SKIP " : "",
		    test->status == KUNIT_SKIPPED ? test->status_comment : "");
		all = worse(all, test->status == KUNIT_SKIPPED ? KUNIT_SUCCESS : test->status);
	}
	say(ctx, 2, "1..%d", n);
	kfree(test);
	return all;
}

static bool run_suite(struct kunit_ctx *ctx, struct kunit_suite *suite, int number,
		      struct kunit_counts *counts)
{
	char comment[KUNIT_STATUS_COMMENT_SIZE];
	bool failed = false;
	int n = 0, i = 0;

	while (suite->test_cases[n].run_case)
		n++;
	say(ctx, 1, "KTAP version 1");
	say(ctx, 1, "# Subtest: %s", suite->name);
	say(ctx, 1, "1..%d", n);
	if (suite->suite_init && suite->suite_init(suite)) {
		say(ctx, 1, "# suite_init failed");
		counts->failed += (unsigned)n;
		failed = true;
		n = 0;
	}
	for (struct kunit_case *c = suite->test_cases; i < n; c++) {
		enum kunit_status status;

		comment[0] = 0;
		status = run_case(ctx, suite, c, comment);
		say(ctx, 1, "%s %d %s%s%s", status == KUNIT_FAILURE ? "not ok" : "ok", ++i, c->name,
		    status == KUNIT_SKIPPED ? " # SKIP " : "",
		    status == KUNIT_SKIPPED ? comment : "");
		counts->failed += status == KUNIT_FAILURE;
		counts->skipped += status == KUNIT_SKIPPED;
		counts->passed += status == KUNIT_SUCCESS;
		failed |= status == KUNIT_FAILURE;
	}
	if (!failed && suite->suite_exit)
		suite->suite_exit(suite);
	say(ctx, 0, "%s %d %s", failed ? "not ok" : "ok", number, suite->name);
	return failed;
}

void klinux_kunit_run(struct klinux *k, kunit_print_fn *print, void *arg,
		      struct kunit_counts *counts)
{
	struct kunit_suite *const *suite, *const *end;
	int total = 0, number = 0;

	ctx_now = (struct kunit_ctx){.print = print, .arg = arg};
	*counts = (struct kunit_counts){0};
	for (unsigned m = 0; kmods_suites(k, m, &suite, &end); m++)
		total += (int)(end - suite);
	say(&ctx_now, 0, "KTAP version 1");
	say(&ctx_now, 0, "1..%d", total);
	for (unsigned m = 0; kmods_suites(k, m, &suite, &end); m++) {
		for (; suite < end; suite++) {
			counts->suites++;
			run_suite(&ctx_now, *suite, ++number, counts);
		}
	}
}

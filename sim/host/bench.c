/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures of design 11, each measured in host time around simulated work with nobody listening to
 * the trace. One row a figure: median, min and max over several runs.
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "host/bench_guest.h"
#include "host/bench_child.h"
#include "host/bench_ioctl.h"
#include "host/run.h"

#define RUNS 7

/* What runs inside the world; times itself and leaves us per operation. */
struct inside {
	struct world w;
	void (*body)(struct inside *in);
	unsigned pes, tasks, hogs;
	uint64_t work_ns;
	uint64_t n;
	double us;
	bool failed;
	uint64_t live;
};

static bool client_on(struct inside *in, const char *part, const char *service,
		      struct ffasim_client *c, uint32_t *session)
{
	struct spmc_partition_view v;

	if (!spmc_partition_by_name(in->w.spmc, part, &v) || ffasim_client_open(c, NULL, v.id) ||
	    ffasim_client_open_session(c, ffasim_service_find(service)->uuid, session)) {
		in->failed = true;
		return false;
	}
	return true;
}

static void body_invoke(struct inside *in)
{
	const struct ffasim_service_op *op;
	struct ffasim_client c;
	struct ffasim_invoke out;
	struct ffasim_shm shm;
	uint32_t session;
	double t0;

	if (!client_on(in, "echo", "echo", &c, &session))
		return;
	if (ffasim_client_shm_alloc(&c, 4096, &shm)) {
		in->failed = true;
		return;
	}
	op = ffasim_service_op_find(ffasim_service_find("echo"), "echo");
	in->n = 20000;
	t0 = bench_now_us();
	for (uint64_t i = 0; i < in->n; i++)
		in->failed |=
			ffasim_client_invoke(&c, session, op->opcode, &shm, 8, &out) || out.ret;
	in->us = (bench_now_us() - t0) / (double)in->n;
	ffasim_shm_close_fd(&shm);
	ffasim_shm_unmap(&shm);
	ffasim_client_close(&c);
}

static void body_share(struct inside *in)
{
	struct ffasim_client c;
	struct ffasim_shm shm;
	uint32_t session;
	double t0;

	if (!client_on(in, "echo", "echo", &c, &session))
		return;
	in->n = 2000;
	t0 = bench_now_us();
	for (uint64_t i = 0; i < in->n && !in->failed; i++) {
		in->failed |= ffasim_client_shm_alloc(&c, 4096, &shm) ||
			      ffasim_shm_close_fd(&shm) || ffasim_shm_unmap(&shm);
	}
	in->us = (bench_now_us() - t0) / (double)in->n;
	ffasim_client_close(&c);
}

/* A burn of @work_ns under the tick: every tick is one FFA_INTERRUPT, IRQ, FFA_RUN. */
static void body_burn(struct inside *in)
{
	const struct ffasim_service_op *op;
	struct ffasim_client c;
	struct ffasim_invoke out;
	struct ffasim_shm shm;
	uint32_t session;
	uint64_t ticks;
	double t0;

	if (!client_on(in, "spin", "spin", &c, &session) ||
	    ffasim_client_shm_alloc(&c, 4096, &shm)) {
		in->failed = true;
		return;
	}
	op = ffasim_service_op_find(ffasim_service_find("spin"), "burn");
	((uint64_t *)shm.ptr)[0] = in->work_ns;
	ticks = klinux_stats(in->w.k)->ticks;
	t0 = bench_now_us();
	in->failed |= ffasim_client_invoke(&c, session, op->opcode, &shm, 8, &out) || out.ret;
	in->us = bench_now_us() - t0;
	in->n = klinux_stats(in->w.k)->ticks - ticks;
	ffasim_shm_close_fd(&shm);
	ffasim_client_close(&c);
}

static void body_scale(struct inside *in)
{
	body_invoke(in);
}

static void hog(void *arg)
{
	struct inside *in = arg;

	kuser_work_ns(200000);
	in->live--;
}

static void client_main(void *arg)
{
	struct inside *in = arg;

	in->body(in);
	while (in->live)
		kuser_sleep_ns(10000000);
	machine_stop(machine, MACHINE_DONE, "done");
}

static void bench_ready(void *arg)
{
	struct inside *in = arg;
	struct ktask_attr attr = {.start_pe = -1};

	in->live = in->hogs;
	for (unsigned i = 0; i < in->hogs; i++) {
		char name[16];

		snprintf(name, sizeof(name), "load-%u", i);
		if (!ktask_create_user(in->w.k, name, hog, in, &attr)) {
			in->failed = true;
			in->live--;
		}
	}
	ktask_create_user(in->w.k, "client", client_main, in, &attr);
}

static const struct world_module *bench_use; /* --module */
static size_t bench_use_count;

static bool run_inside(struct inside *in)
{
	static struct world_config cfg;
	static const char *const names[] = {"echo", "spin"};
	static char manifest[2][64];

	world_config_init(&cfg);
	cfg.machine.pe_count = in->pes;
	cfg.machine.seed = 1;
	cfg.ready = bench_ready;
	cfg.ready_arg = in;
	for (int i = 0; i < 2; i++) {
		snprintf(manifest[i], sizeof(manifest[i]), "sps/%s/%s.dts", names[i], names[i]);
		cfg.partition[cfg.partition_count++] =
			(struct world_partition){.name = names[i], .manifest = manifest[i]};
	}
	memcpy(cfg.use, bench_use, bench_use_count * sizeof(bench_use[0]));
	cfg.use_count = bench_use_count;
	fault_reset_all();
	if (world_create(&in->w, &cfg)) {
		fprintf(stderr, "bench: %s\n", in->w.error);
		return false;
	}
	if (world_run(&in->w) != MACHINE_DONE)
		in->failed = true;
	if (in->failed)
		fprintf(stderr, "bench: the measured world failed: %s%s%s\n",
			in->w.m->stop_why ? in->w.m->stop_why : "a call inside it did",
			in->w.m->report.first ? "; " : "",
			in->w.m->report.first ? in->w.m->report.first->what : "");
	world_destroy(&in->w);
	return !in->failed;
}

static bool m_invoke(double *v, const char *self)
{
	struct inside in = {.body = body_invoke, .pes = 2};

	return run_inside(&in) && (*v = in.us, true);
}
static bool m_share(double *v, const char *self)
{
	struct inside in = {.body = body_share, .pes = 2};

	return run_inside(&in) && (*v = in.us, true);
}
static bool m_preempt(double *v, const char *self)
{
	struct inside in = {.body = body_burn, .pes = 1, .work_ns = 20000000000};

	return run_inside(&in) && in.n && (*v = in.us / (double)in.n, true);
}
static bool m_loop(double *v, const char *self)
{
	struct inside in = {.body = body_burn, .pes = 1, .work_ns = 180000000000};

	return run_inside(&in) && (*v = in.us / 1e6, true);
}
static bool m_scale(double *v, const char *self)
{
	struct inside in = {.body = body_scale, .pes = 64, .hogs = 4095};

	return run_inside(&in) && (*v = in.us, true);
}

static bool m_startup(double *v, const char *self)
{
	static const char *const args[] = {"run", "--log", "none", NULL};
	static const char text[] =
		"machine: {pes: 2}\npartitions:\n  - {name: echo}\ntasks:\n  - name: client\n    "
		"steps:\n"
		"      - open: {device: echo, as: c}\n      - session: {on: c, as: s}\n"
		"      - invoke: {on: s, opcode: echo, data: hello}\n";
	double us;

	return bench_child(self, args, text, &us) && (*v = us / 1e3, true);
}

static bool m_explore(double *v, const char *self)
{
	return bench_explore(self, "{name: echo}", "40000", v);
}

static const struct figure {
	const char *name, *unit, *what;
	double budget;
	unsigned runs;
	bool (*measure)(double *value, const char *self);
} figures[] = {
	{"startup", "ms", "process start to end of a small scenario", 15, RUNS, m_startup},
	{"invoke", "us", "TEE_IOC_INVOKE through tee, tstee, arm_ffa, SPMC to the echo SP and back",
	 0.5, RUNS, m_invoke},
	{"share", "us", "share, retrieve, relinquish and reclaim of 4 KiB", 5, RUNS, m_share},
	{"preempt", "us", "FFA_INTERRUPT, IRQ, schedule, FFA_RUN", 1, RUNS, m_preempt},
	{"loop3min", "s", "three minutes of SP loop under a 4 ms tick", 0.2, 5, m_loop},
	{"ioctl", "us", "TEE_IOC_INVOKE of a client process by seccomp notification, fastest batch",
	 10, 5, bench_ioctl},
	{"ioctl-preload", "us", "the same by the preloaded library", 0, 5, bench_ioctl_preload},
	{"ioctl-bare", "us", "what of ioctl is the host's: a notification answered at once", 0, 5,
	 bench_ioctl_bare},
	{"explore", "/s",
	 "schedules of 142 points explored a second, two clients and one native SP", 50000, 5,
	 m_explore},
	{"scale64", "us", "invoke with 64 PEs and 4,096 tasks", 0.75, 3, m_scale},
	{"guest-plain", "MIPS", "a loop of ten instructions in Unicorn alone", 0, 5,
	 bench_guest_plain},
	{"guest-armed", "MIPS", "the same in an SP with preemption armed", 0, 5, bench_guest_armed},
	{"guest-share", "%", "speed of that in an SP of that in Unicorn alone, run in turns", 70, 5,
	 bench_guest_share},
	{"guest-share-bare", "%", "the same with a hook that does nothing for each block", 0, 5,
	 bench_guest_share_bare},
	{"guest-share-calls", "%", "as guest-share, a loop of eight with a call and its return", 70,
	 5, bench_guest_share_calls},
	{"guest-share-calls-bare", "%", "the same with a hook that does nothing for each block", 0,
	 5, bench_guest_share_calls_bare},
	{"guest-plain-stores", "MIPS",
	 "a loop with two loads and two stores of ten, in Unicorn alone", 0, 5,
	 bench_guest_plain_stores},
	{"guest-stores", "MIPS", "the same in an SP", 0, 5, bench_guest_stores},
	{"guest-svc", "ns", "SVC of guest code into the SPMC and back (FFA_ID_GET)", 150, 5,
	 bench_guest_svc},
	{"guest-svc-bare", "ns", "what of it is Unicorn's: an SVC and a hook that does nothing", 0,
	 5, bench_guest_svc_bare},
	{"guest-preempt", "us", "as preempt, of guest code at an exact instruction", 5, 5,
	 bench_guest_preempt},
	{"guest-migrate", "us", "what of it is the context leaving one engine and entering one", 1,
	 5, bench_guest_migrate},
	{"guest-explore", "/s", "as explore, with one guest SP", 1000, 5, bench_guest_explore},
	{"guest-start", "ms", "as startup, with a guest SP, processor time", 30, 5,
	 bench_guest_startup},
};
#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static bool needs_seccomp(const struct figure *f)
{
	return f->measure == bench_ioctl || f->measure == bench_ioctl_bare;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Figures are of one core (design 11): on a host that moves the process about, half of what an
 * invoke seems to take is caches that have to be filled again. */
static void stay_on_this_cpu(void)
{
	const int cpu = sched_getcpu();
	cpu_set_t one;

	CPU_ZERO(&one);
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one); /* refused: the figures are only less steady */
}

/* @v: sorted. Figures of guest code are those of an engine, so they name it. */
static void show_figure(const struct figure *f, const double *v, bool guest, bool json)
{
	const char *engine = guest ? bench_guest_engine() : "";
	const double median = v[f->runs / 2], least = v[0], most = v[f->runs - 1];

	if (json)
		printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.4g,\"min\":%.4g,"
		       "\"max\":%.4g,\"runs\":%u,\"budget\":%.4g%s%s%s}\n",
		       f->name, f->unit, median, least, most, f->runs, f->budget,
		       guest ? ",\"engine\":\"" : "", engine, guest ? "\"" : "");
	else
		printf("%-18s %8.4g %-4s  budget %-6.4g  min %.4g max %.4g  %s%s%s\n", f->name,
		       median, f->unit, f->budget, least, most, f->what, guest ? ", " : "", engine);
}

int bench_main(const char *name, bool json, const char *self, const struct world_module *use,
	       size_t use_count)
{
	const char *words[FIGURES];
	bool any = false, failed = false;

	if (name && (!strcmp(name, BENCH_IOCTL_CLIENT) || !strcmp(name, BENCH_IOCTL_BARE_CLIENT)))
		return bench_ioctl_client(!strcmp(name, BENCH_IOCTL_BARE_CLIENT));
	stay_on_this_cpu();
	bench_use = use;
	bench_use_count = use_count;
	for (size_t i = 0; i < FIGURES; i++)
		words[i] = figures[i].name;
	for (size_t i = 0; i < FIGURES; i++) {
		const struct figure *f = &figures[i];
		double v[RUNS];
		bool guest;

		if (name && strcmp(name, f->name))
			continue;
		guest = !strncmp(f->name, "guest-", 6);
		any = true;
		if ((guest && !bench_guest_have()) || (needs_seccomp(f) && !bench_ioctl_have()))
			continue;
		for (unsigned r = 0; r < f->runs; r++) {
			if (!f->measure(&v[r], self)) {
				fprintf(stderr, "bench: %s failed\n", f->name);
				failed = true;
				goto next;
			}
		}
		qsort(v, f->runs, sizeof(v[0]), by_value);
		show_figure(f, v, guest, json);
		fflush(stdout);
	next:;
	}
	if (!any) {
		fprintf(stderr, "ffasim: unknown figure '%s' (did you mean '%s'?)\n", name,
			word_nearest(name, words, FIGURES));
		return EXIT_USAGE;
	}
	return failed ? EXIT_FAIL : EXIT_PASS;
}

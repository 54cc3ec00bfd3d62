/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures of guest code in processor time of the host. `guest-plain` and `guest-armed` run the same
 * loop of ten ALU instructions: in Unicorn alone, and in an SP whose next tick is armed and not
 * due. `guest-plain-stores` and `guest-stores` do the same with one that stores; how fast that is
 * depends on the version of Unicorn more than on anything here.
 */
#include "host/bench_guest.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/fault.h"
#include "ffasim/client.h"
#include "ffasim/services.h"
#include "host/bench_child.h"
#include "host/world.h"

#define INSNS 900000000ull
#define STORE_INSNS 20000000ull
#define TURN_INSNS 10 /* of torture_alu and of sim/sp/el0/plain.c */

static struct {
	struct world w;
	const char *service, *opcode;
	uint64_t arg, tick_ns;
	double us;
	uint64_t ticks;
	bool failed;
} in;

/* Processor time of this process: what others take away from it is not the engine's. */
static double cpu_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void client_main(void *arg)
{
	const struct ffasim_service *service = ffasim_service_find(in.service);
	struct spmc_partition_view v;
	struct ffasim_invoke out;
	struct ffasim_client c;
	struct ffasim_shm shm;
	uint32_t session;
	double t0;

	in.failed = !spmc_partition_by_name(in.w.spmc, "guest", &v) ||
		    ffasim_client_open(&c, NULL, v.id) ||
		    ffasim_client_open_session(&c, service->uuid, &session) ||
		    ffasim_client_shm_alloc(&c, 4096, &shm);
	if (!in.failed) {
		memset(shm.ptr, 0, 4096);
		*(uint64_t *)shm.ptr = in.arg;
		in.ticks = klinux_stats(in.w.k)->ticks;
		t0 = cpu_now_us();
		in.failed = ffasim_client_invoke(&c, session,
						 ffasim_service_op_find(service, in.opcode)->opcode,
						 &shm, 8, &out) ||
			    out.ret;
		in.us = cpu_now_us() - t0;
		in.ticks = klinux_stats(in.w.k)->ticks - in.ticks;
		ffasim_shm_close_fd(&shm);
		ffasim_client_close(&c);
	}
	machine_stop(machine, MACHINE_DONE, "done");
}

static void ready(void *arg)
{
	struct ktask_attr attr = {.start_pe = -1};

	ktask_create_user(in.w.k, "client", client_main, NULL, &attr);
}

static bool run(const char *folder, const char *image, const char *opcode, uint64_t arg,
		uint64_t tick_ns, uint64_t insn_ns)
{
	static const struct ec_option options[] = {{"slice_ns", "1000000000"}};
	static struct world_config cfg;
	char path[64];

	memset(&in, 0, sizeof(in));
	in.service = image;
	in.opcode = opcode;
	in.arg = arg;
	snprintf(path, sizeof(path), "%s%s", folder, image);
	world_config_init(&cfg);
	cfg.machine.pe_count = 1;
	cfg.machine.cost.guest_insn_ns = insn_ns;
	cfg.linux_cfg.tick_ns = tick_ns;
	cfg.ready = ready;
	cfg.partition[cfg.partition_count++] =
		(struct world_partition){.name = "guest",
					 .manifest = "sps/spin/spin.dts",
					 .image = path,
					 .options = (struct ec_option *)options,
					 .option_count = 1};
	fault_reset_all();
	if (world_create(&in.w, &cfg)) {
		fprintf(stderr, "bench: %s\n", in.w.error);
		return false;
	}
	in.failed |= world_run(&in.w) != MACHINE_DONE;
	world_destroy(&in.w);
	return !in.failed;
}

bool bench_guest_have(void)
{
	return world_find_file("backend", "el0.backend.so") &&
	       world_find_file("sp", "aarch64/torture");
}

bool bench_guest_svc(double *ns, const char *self)
{
	const uint64_t count = 200000;

	return run("aarch64/", "torture", "svcs", count, 1000000000, 1) &&
	       (*ns = in.us * 1e3 / (double)count, true);
}

/* A tick each virtual ms, a hundred instructions of guest code apart. */
#define PREEMPT_WORK_NS 20000000000

bool bench_guest_preempt(double *us, const char *self)
{
	return run("aarch64/", "spin", "burn", PREEMPT_WORK_NS, 1000000, 10000) && in.ticks &&
	       (*us = in.us / (double)in.ticks, true);
}

/* What it costs more than with a native SP: registers out of one engine, to the exact instruction,
 * and into one again. */
bool bench_guest_migrate(double *us, const char *self)
{
	double guest;

	return bench_guest_preempt(&guest, self) &&
	       run("", "spin", "burn", PREEMPT_WORK_NS, 1000000, 10000) && in.ticks &&
	       (*us = guest - in.us / (double)in.ticks, true);
}

/* One virtual ns an instruction; the tick is armed 1 s ahead. */
bool bench_guest_armed(double *mips, const char *self)
{
	return run("aarch64/", "torture", "alu", INSNS / TURN_INSNS, 1000000000, 1) &&
	       (*mips = (double)INSNS / in.us, true);
}

bool bench_guest_stores(double *mips, const char *self)
{
	return run("aarch64/", "torture", "store", STORE_INSNS / TURN_INSNS, 1000000000, 1) &&
	       (*mips = (double)STORE_INSNS / in.us, true);
}

static void *backend_symbol(const char *name)
{
	const char *path = world_find_file("backend", "el0.backend.so");
	void *handle = path ? dlopen(path, RTLD_NOW) : NULL;

	return handle ? dlsym(handle, name) : NULL;
}

/* Unicorn alone; loops of sim/sp/el0/plain.c by number. */
enum loop { ALU, STORES, CALLS };

static double plain_us(uint64_t insns, enum loop loop, bool hooked)
{
	double (*us)(uint64_t, unsigned, bool) =
		(double (*)(uint64_t, unsigned, bool))backend_symbol("ffasim_el0_plain_us");

	return us ? us(insns, loop, hooked) : 0;
}

static bool plain(double *mips, uint64_t insns, enum loop loop)
{
	const double us = plain_us(insns, loop, false);

	return us && (*mips = (double)insns / us, true);
}

bool bench_guest_plain(double *mips, const char *self)
{
	return plain(mips, INSNS, ALU);
}

bool bench_guest_plain_stores(double *mips, const char *self)
{
	return plain(mips, STORE_INSNS, STORES);
}

/* Speed of a loop in an SP, or with an empty hook, in percent of Unicorn alone. In turns: what the
 * host does meanwhile slows down both. */
#define TURNS 3
static bool share(double *percent, enum loop loop, const char *opcode)
{
	const uint64_t turn_insns = loop == CALLS ? 8 : TURN_INSNS;
	const uint64_t insns = loop == CALLS ? 200000000 : 600000000;
	double bare = 0, us = 0;

	for (unsigned i = 0; i < TURNS; i++) {
		bare += plain_us(insns, loop, false);
		if (!opcode)
			us += plain_us(insns, loop, true);
		else if (run("aarch64/", "torture", opcode, insns / turn_insns, 1000000000, 1))
			us += in.us;
		else
			return false;
	}
	return bare && (*percent = 100 * bare / us, true);
}

bool bench_guest_share(double *percent, const char *self)
{
	return share(percent, ALU, "alu");
}

bool bench_guest_share_bare(double *percent, const char *self)
{
	return share(percent, ALU, NULL);
}

bool bench_guest_share_calls(double *percent, const char *self)
{
	return share(percent, CALLS, "calls");
}

bool bench_guest_share_calls_bare(double *percent, const char *self)
{
	return share(percent, CALLS, NULL);
}

bool bench_guest_svc_bare(double *ns, const char *self)
{
	const uint64_t count = 200000;
	double (*us)(uint64_t) = (double (*)(uint64_t))backend_symbol("ffasim_el0_svcs_us");

	return us && (*ns = us(count) * 1e3 / (double)count, true);
}

const char *bench_guest_engine(void)
{
	const char *(*version)(void) = (const char *(*)(void))backend_symbol("ffasim_el0_version");

	return version ? version() : "no engine";
}

bool bench_guest_startup(double *ms, const char *self)
{
	static const char *const args[] = {"run", "--log", "none", NULL};
	static const char text[] =
		"machine: {pes: 2}\npartitions:\n  - {name: echo, image: aarch64/echo}\ntasks:\n"
		"  - name: client\n    steps:\n      - open: {device: echo, as: c}\n"
		"      - session: {on: c, as: s}\n      - invoke: {on: s, opcode: echo, data: "
		"hello}\n";
	double us;

	return bench_child_cpu(self, args, text, &us) && (*ms = us / 1e3, true);
}

bool bench_guest_explore(double *per_s, const char *self)
{
	return bench_explore(self, "{name: echo, image: aarch64/echo}", "4000", per_s);
}

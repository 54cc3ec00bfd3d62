/* SPDX-License-Identifier: BSD-3-Clause */
/* The minimal SPMC of mini_spmc.h. */
#include "mini_spmc.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <setjmp.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define SMC_BOOT 0xf00du

struct mini mini;
void (*mini_end)(void);

static void (*the_body)(void);

void mini_check(bool ok, const char *what, int line)
{
	if (ok)
		return;
	if (!mini.failure[0])
		snprintf(mini.failure, sizeof(mini.failure), "line %d: %s", line, what);
	machine_stop(mini.m, MACHINE_DONE, "check failed");
}

void mini_check_eq(uint64_t a, uint64_t b, const char *what, int line)
{
	if (a == b)
		return;
	if (!mini.failure[0])
		snprintf(mini.failure, sizeof(mini.failure), "line %d: %s: %#llx and %#llx", line,
			 what, (unsigned long long)a, (unsigned long long)b);
	machine_stop(mini.m, MACHINE_DONE, "check failed");
}

const char *mini_path(const char *in_build)
{
	static char path[4200];
	char exe[4000];
	const ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	exe[n > 0 ? n : 0] = 0;
	slash = strrchr(exe, '/');
	if (slash)
		*slash = 0;
	snprintf(path, sizeof(path), "%s/../../../%s", exe, in_build);
	return path;
}

static struct mini_sp *sp_by_id(uint16_t id)
{
	const unsigned i = id - MINI_FIRST_ID;

	return i < mini.sp_count ? &mini.sp[i] : NULL;
}

static struct smc_regs answer(uint32_t w0, uint32_t w2)
{
	return (struct smc_regs){.x = {w0, 0, w2}};
}

static struct smc_regs error(int32_t code)
{
	return answer(FFA_ERROR, code);
}

static void *sp_mem(struct mini_sp *sp, uint64_t va, size_t len)
{
	void *p = ec_va(sp->ec, va, len, EC_MAP_R | EC_MAP_W);

	CHECK(p);
	return p;
}

static struct mini_share *share_by_handle(uint64_t handle)
{
	for (unsigned i = 0; i < MINI_SHARES; i++)
		if (mini.share[i].live && mini.share[i].handle == handle)
			return &mini.share[i];
	return NULL;
}

/* Checks the request against trusted-services.md 5.4 and answers it. */
static struct smc_regs mem_retrieve(struct mini_sp *sp, const struct smc_regs *r)
{
	const uint8_t *tx = sp_mem(sp, sp->tx_va, 4096);
	uint8_t *rx = sp_mem(sp, sp->rx_va, 4096);
	struct mini_share *share;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	CHECK_EQ(r->x[1], 64);
	CHECK_EQ(r->x[2], 64);
	memcpy(&u16, tx + 2, 2);
	CHECK_EQ(u16, 0); /* memory type not specified */
	memcpy(&u32, tx + 4, 4);
	CHECK_EQ(u32, 1u << 3); /* share */
	memcpy(&u64, tx + 16, 8);
	CHECK_EQ(u64, 0); /* tag */
	memcpy(&u32, tx + 24, 4);
	CHECK_EQ(u32, 16);
	memcpy(&u32, tx + 28, 4);
	CHECK_EQ(u32, 1);
	memcpy(&u32, tx + 32, 4);
	CHECK_EQ(u32, 48);
	memcpy(&u16, tx + 48, 2);
	CHECK_EQ(u16, sp->id);
	CHECK_EQ(tx[50], 2); /* RW, instruction access not specified */
	memcpy(&u32, tx + 52, 4);
	CHECK_EQ(u32, 0); /* no composite */
	memcpy(&u64, tx + 8, 8);
	share = share_by_handle(u64);
	if (!share || share->mapped || mini.refuse_retrieve) {
		mini.refuse_retrieve = false;
		return error(FFA_DENIED);
	}
	memcpy(&u16, tx, 2);
	CHECK_EQ(u16, share->owner);
	share->va = ec_va_find_free(sp->ec, share->pages);
	CHECK_EQ(ec_map_add(sp->ec, share->va, share->pa, share->pages, EC_MAP_R | EC_MAP_W), 0);
	share->mapped = true;
	memset(rx, 0, 4096);
	memcpy(rx + 8, &u64, 8);
	memcpy(rx + 24, &(uint32_t){16}, 4);
	memcpy(rx + 28, &(uint32_t){1}, 4);
	memcpy(rx + 32, &(uint32_t){48}, 4);
	memcpy(rx + 48, &sp->id, 2);
	rx[50] = 6;
	memcpy(rx + 52, &(uint32_t){64}, 4);
	memcpy(rx + 64, &share->pages, 4);
	memcpy(rx + 68, &(uint32_t){1}, 4);
	memcpy(rx + 80, &share->va, 8);
	memcpy(rx + 88, &share->pages, 4);
	/* OP-TEE states the whole RX buffer as length (optee.md 3.8). */
	return (struct smc_regs){.x = {FFA_MEM_RETRIEVE_RESP, 4096, mini.fragmented ? 96 : 4096}};
}

static struct smc_regs mem_relinquish(struct mini_sp *sp)
{
	const uint8_t *tx = sp_mem(sp, sp->tx_va, 4096);
	struct mini_share *share;
	uint64_t handle;
	uint32_t u32;
	uint16_t u16;

	memcpy(&handle, tx, 8);
	memcpy(&u32, tx + 8, 4);
	CHECK_EQ(u32, 0); /* flags */
	memcpy(&u32, tx + 12, 4);
	CHECK_EQ(u32, 1);
	memcpy(&u16, tx + 16, 2);
	CHECK_EQ(u16, sp->id);
	share = share_by_handle(handle);
	if (!share || !share->mapped)
		return error(FFA_DENIED);
	CHECK_EQ(ec_map_remove(sp->ec, share->va, share->pages), 0);
	share->mapped = false;
	return answer(FFA_SUCCESS, 0);
}

/* A share by an SP, as trusted-services.md 1.9 has it. */
static struct smc_regs mem_share(struct mini_sp *sp, const struct smc_regs *r)
{
	const uint8_t *tx = sp_mem(sp, sp->tx_va, 4096);
	uint64_t va;
	uint32_t u32;
	uint16_t u16;

	CHECK_EQ(r->x[1], 96);
	CHECK_EQ(r->x[2], 96);
	memcpy(&u16, tx, 2);
	CHECK_EQ(u16, sp->id);
	memcpy(&u16, tx + 2, 2);
	CHECK_EQ(u16, 0x2f); /* normal, write-back, inner shareable */
	CHECK_EQ(tx[50], 2);
	memcpy(&u32, tx + 52, 4);
	CHECK_EQ(u32, 64);
	memcpy(&va, tx + 80, 8);
	memcpy(&u32, tx + 88, 4);
	for (unsigned i = 0; i < MINI_SHARES; i++) {
		struct mini_share *share = &mini.share[i];

		if (share->live)
			continue;
		*share = (struct mini_share){
			.live = true, .owner = sp->id, .pages = u32, .handle = 0x100000000000 + i};
		CHECK(ec_va_to_pa(sp->ec, va, u32 * 4096ull, EC_MAP_R | EC_MAP_W, &share->pa));
		return (struct smc_regs){
			.x = {FFA_SUCCESS, 0, (uint32_t)share->handle, share->handle >> 32}};
	}
	return error(FFA_NO_MEMORY);
}

static struct smc_regs mem_reclaim(const struct mini_sp *sp, const struct smc_regs *r)
{
	struct mini_share *share = share_by_handle((uint32_t)r->x[1] | r->x[2] << 32);

	if (!share || share->mapped || share->owner != sp->id)
		return error(FFA_DENIED);
	share->live = false;
	return answer(FFA_SUCCESS, 0);
}

static struct smc_regs partition_info(struct mini_sp *sp)
{
	uint8_t *rx = sp_mem(sp, sp->rx_va, 4096);

	for (unsigned i = 0; i < mini.sp_count; i++)
		memcpy(rx + 24 * i, &mini.sp[i].id, 2);
	return (struct smc_regs){.x = {FFA_SUCCESS, 0, mini.sp_count, 24}};
}

static bool response_ok(const struct mini_sp *sp, const struct smc_regs *r)
{
	return (uint32_t)r->x[1] == ((uint32_t)sp->id << 16 | sp->caller) && !(uint32_t)r->x[2] &&
	       (uint32_t)r->x[0] == sp->request_fid + 1;
}

static bool enter(struct mini_sp *sp, const struct smc_regs *in, struct smc_regs *out);

static struct smc_regs call_other(struct mini_sp *sp, const struct smc_regs *r)
{
	struct mini_sp *callee = sp_by_id(r->x[1]);
	struct smc_regs out;

	if (!callee)
		return error(FFA_NOT_SUPPORTED);
	if (callee == sp)
		return error(FFA_INVALID_PARAMETERS);
	if (callee->state != MINI_IDLE)
		return error(FFA_BUSY);
	callee->state = MINI_BUSY;
	callee->caller = sp->id;
	callee->request_fid = r->x[0];
	enter(callee, r, &out);
	return out;
}

/* An SP runs on the SP it called and that was preempted. */
static struct smc_regs run_other(const struct smc_regs *r)
{
	struct mini_sp *callee = sp_by_id(r->x[1] >> 16);
	struct smc_regs out;

	if (!callee || callee->state != MINI_PREEMPTED)
		return error(FFA_DENIED);
	callee->state = MINI_BUSY;
	pe_self()->regs = callee->saved;
	enter(callee, NULL, &out);
	return out;
}

/* Serves one SVC. True: the SP gave the PE away, *out goes to its caller. */
static bool svc(struct mini_sp *sp, const struct smc_regs *r, struct smc_regs *in,
		struct smc_regs *out)
{
	const uint32_t fid = r->x[0];

	if (sp->svc_count < MINI_LOG)
		sp->svc[sp->svc_count++] = fid;
	pe_charge(cost()->svc_ns);
	switch (fid) {
	case FFA_FEATURES:
		CHECK_EQ(r->x[1], FFA_RXTX_MAP_64);
		*in = answer(FFA_SUCCESS, 0);
		return false;
	case FFA_RXTX_MAP_64:
		sp->tx_va = r->x[1];
		sp->rx_va = r->x[2];
		CHECK_EQ(r->x[3], 1);
		*in = answer(FFA_SUCCESS, 0);
		return false;
	case FFA_ID_GET:
		*in = answer(FFA_SUCCESS, sp->id);
		return false;
	case FFA_VERSION:
		*in = answer(mini.version, 0);
		return false;
	case FFA_RX_RELEASE:
		*in = answer(FFA_SUCCESS, 0);
		return false;
	case FFA_MEM_RETRIEVE_REQ_32:
		*in = mem_retrieve(sp, r);
		return false;
	case FFA_MEM_SHARE_32:
		*in = mem_share(sp, r);
		return false;
	case FFA_MEM_RECLAIM:
		*in = mem_reclaim(sp, r);
		return false;
	case FFA_MEM_RELINQUISH:
		*in = mem_relinquish(sp);
		return false;
	case FFA_PARTITION_INFO_GET:
		*in = partition_info(sp);
		return false;
	case FFA_CONSOLE_LOG_64:
		for (unsigned i = 0; i < r->x[1] && mini.console_len < sizeof(mini.console) - 1;
		     i++)
			mini.console[mini.console_len++] = ((const char *)&r->x[2])[i];
		*in = answer(FFA_SUCCESS, 0);
		return false;
	case FFA_DIRECT_REQ_32:
		*in = call_other(sp, r);
		return false;
	case FFA_RUN:
		*in = run_other(r);
		return false;
	case FFA_ERROR: /* bounced (D7) */
		*in = *r;
		return false;
	case FFA_DIRECT_RESP_32:
	case FFA_DIRECT_RESP_64:
		if (!response_ok(sp, r)) {
			*in = error(FFA_INVALID_PARAMETERS);
			return false;
		}
		/* fall through */
	case FFA_MSG_WAIT:
		sp->state = MINI_IDLE;
		*out = *r;
		return true;
	default:
		*in = error(FFA_INVALID_PARAMETERS);
		return false;
	}
}

/* Runs the SP until it gives the PE away; false when that was an interrupt. */
static bool enter(struct mini_sp *sp, const struct smc_regs *in, struct smc_regs *out)
{
	struct ec_exit exit;
	struct smc_regs result;

	for (;;) {
		pe_self()->s_irq_masked = sp->queued;
		ec_enter(sp->ec, in, &exit);
		pe_self()->s_irq_masked = true;
		CHECK(!ec_running(pe_self()));
		CHECK(!sp->ec->inside);
		switch (exit.kind) {
		case EC_EXIT_SVC:
			if (svc(sp, &exit.regs, &result, out))
				return true;
			in = &result;
			break;
		case EC_EXIT_INTERRUPT:
			sp->saved = pe_self()->regs;
			memset(&pe_self()->regs, 0xee, sizeof(pe_self()->regs));
			sp->state = MINI_PREEMPTED;
			if (mini.damage)
				mini.damage(sp);
			*out = (struct smc_regs){.x = {FFA_INTERRUPT, (uint64_t)sp->id << 16}};
			return false;
		case EC_EXIT_FAULT:
			sp->last_fault = exit.fault;
			sp->faults++;
			if (sp->reentries) {
				sp->reentries--;
				result = error(FFA_BUSY);
				in = &result;
				break;
			}
			sp->state = MINI_DEAD;
			*out = error(-8);
			return true;
		}
	}
}

static void s_smc(struct pe *pe, struct smc_regs *r)
{
	const uint32_t fid = r->x[0];
	struct smc_regs in = *r;
	struct mini_sp *sp = sp_by_id(fid == FFA_RUN ? r->x[1] >> 16 : r->x[1]);

	(void)pe;
	CHECK(sp);
	if (fid == SMC_BOOT) {
		in = (struct smc_regs){.x = {sp->boot_info_va}};
		enter(sp, &in, r);
	} else if (fid == FFA_RUN) {
		if (sp->state != MINI_PREEMPTED) {
			*r = error(FFA_DENIED);
			return;
		}
		sp->state = MINI_BUSY;
		pe_self()->regs = sp->saved;
		enter(sp, NULL, r);
	} else {
		if (sp->state != MINI_IDLE) {
			*r = error(FFA_BUSY);
			return;
		}
		sp->state = MINI_BUSY;
		sp->caller = r->x[1] >> 16;
		sp->request_fid = fid;
		enter(sp, &in, r);
	}
}

static void s_interrupt(struct pe *pe)
{
	struct ec *ec = ec_running(pe);

	CHECK(ec);
	ec->ops->interrupted(ec);
}

static void ns_interrupt(struct pe *pe)
{
	uint64_t pend_ns;

	while (intc_ack(mini.m, pe, &pend_ns) != INTID_NONE) {
		mini.ticks_taken++;
		if (mini.tick_ns)
			pe_timer_set(pe, pe->now_ns + mini.tick_ns);
	}
}

static const struct s_world_ops s_ops = {.smc = s_smc, .interrupt = s_interrupt};
static const struct ns_world_ops ns_ops = {.interrupt = ns_interrupt};

static void main_flow(void *arg)
{
	(void)arg;
	the_body();
	machine_stop(mini.m, MACHINE_DONE, NULL);
	for (;;)
		pe_charge(1000);
}

void mini_test(unsigned pes, void (*body)(void))
{
	struct machine_config cfg;
	struct fiber *fiber;
	enum machine_stop stop;

	memset(&mini, 0, sizeof(mini));
	mini.version = 0x00010002;
	machine_config_init(&cfg);
	cfg.pe_count = pes;
	cfg.time_limit_ns = 600000000000;
	mini.m = machine_create(&cfg);
	assert_non_null(mini.m);
	mini.m->s_ops = &s_ops;
	mini.m->ns_ops = &ns_ops;
	for (unsigned i = 0; i < pes; i++) {
		intc_enable(mini.m, i, INTID_TIMER, true);
		mini.m->pe[i].ns_irq_masked = false;
	}
	the_body = body;
	fiber = fiber_create("main", FIBER_STACK_SP_BYTES, main_flow, NULL);
	assert_non_null(fiber);
	machine_pe_on(mini.m, 0, fiber, trace_intern("main"));
	stop = machine_run(mini.m);
	for (unsigned i = 0; i < mini.sp_count; i++)
		ec_destroy(mini.sp[i].ec);
	if (mini_end)
		mini_end();
	fiber_destroy(fiber);
	machine_destroy(mini.m);
	if (mini.failure[0])
		fail_msg("%s", mini.failure);
	assert_int_equal(stop, MACHINE_DONE);
}

struct mini_sp *mini_add(const char *image, const struct ec_option *options, size_t count)
{
	char file[100];

	snprintf(file, sizeof(file), "sps/%s/%s.sp.so", image, image);
	return mini_add_image(file, image, options, count);
}

struct mini_sp *mini_add_image(const char *in_build, const char *name,
			       const struct ec_option *options, size_t count)
{
	struct mini_sp *sp = &mini.sp[mini.sp_count];
	const char *why = "";
	struct ec_config cfg = {.name = name, .options = options, .option_count = count};

	cfg.image_path = mini_path(in_build);
	mini_check(!ec_create(&cfg, &sp->ec, &why), why, __LINE__);
	sp->id = MINI_FIRST_ID + mini.sp_count++;
	return sp;
}

static uint8_t *sp_page(struct mini_sp *sp, uint64_t *va)
{
	pa_t pa;

	*va = ec_va_find_free(sp->ec, 1);
	CHECK(physmem_alloc(&mini.m->mem, PHYS_S, 1, &pa));
	CHECK_EQ(ec_map_add(sp->ec, *va, pa, 1, EC_MAP_R), 0);
	return physmem_at(&mini.m->mem, pa, PHYS_PAGE_BYTES);
}

void mini_manifest(struct mini_sp *sp, const char *in_build)
{
	uint64_t fdt_va;
	uint8_t *fdt = sp_page(sp, &fdt_va), *info;
	FILE *f = fopen(mini_path(in_build), "rb");
	size_t len = 0;

	CHECK(f);
	if (f) {
		len = fread(fdt, 1, PHYS_PAGE_BYTES, f);
		fclose(f);
	}
	/* trusted-services.md 5.1, version 1.1: header and one descriptor, type FDT */
	info = sp_page(sp, &sp->boot_info_va);
	memcpy(info, (uint32_t[]){0x0ffa, FFA_VERSION_1_1, 64, 32, 1, 32}, 24);
	memcpy(info + 32 + 20, &(uint32_t){(uint32_t)len}, 4);
	memcpy(info + 32 + 24, &fdt_va, 8);
}

void mini_boot(struct mini_sp *sp)
{
	struct smc_regs r = {.x = {SMC_BOOT, sp->id}};

	mini_smc(&r);
}

void mini_smc(struct smc_regs *r)
{
	conduit_smc(r);
}

unsigned mini_request(struct mini_sp *sp, const uint32_t w[5], struct smc_regs *r)
{
	unsigned runs = 0;

	*r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, sp->id, 0, w[0], w[1], w[2], w[3], w[4]}};
	mini_smc(r);
	while ((uint32_t)r->x[0] == FFA_INTERRUPT) {
		*r = (struct smc_regs){.x = {FFA_RUN, (uint32_t)r->x[1]}};
		runs++;
		mini_smc(r);
	}
	return runs;
}

uint8_t *mini_share(struct mini_sp *sp, uint32_t pages, uint64_t *handle)
{
	(void)sp;
	for (unsigned i = 0; i < MINI_SHARES; i++) {
		struct mini_share *share = &mini.share[i];

		if (share->live)
			continue;
		CHECK(physmem_alloc(&mini.m->mem, PHYS_NS, pages, &share->pa));
		share->live = true;
		share->pages = pages;
		share->handle = *handle = 0x200000000000 + i;
		return physmem_at(&mini.m->mem, share->pa, pages * PHYS_PAGE_BYTES);
	}
	CHECK(!"room for a share");
	return NULL;
}

int32_t mini_invoke(struct mini_sp *sp, uint16_t op, uint64_t handle, uint32_t bytes,
		    int32_t *service_status, uint32_t *response_bytes)
{
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){op, handle, handle >> 32, bytes, 0}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[1], (uint32_t)sp->id << 16);
	CHECK_EQ(r.x[3], op);
	CHECK_EQ(r.x[7], 0);
	if (service_status)
		*service_status = r.x[5];
	if (response_bytes)
		*response_bytes = r.x[6];
	return r.x[4];
}

uint8_t *mini_buffer(struct mini_sp *sp, uint64_t *handle)
{
	uint8_t *page = mini_share(sp, 1, handle);
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){0xff0001, *handle, *handle >> 32, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[4], 0);
	return page;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lock: a partition whose calls share spinlocks. At S-EL1 it takes a lock as a kernel does, with
 * its interrupts masked, and answers a managed exit by parking the rest of the call in a slot
 * from which any of its contexts goes on. The locks live in a page that all partitions with this
 * manifest have in common.
 * Options: mask=off (take locks with interrupts open), handler (time that each secure interrupt
 * takes), yield=on (FFA_YIELD when entered for one).
 */
#include <libfdt.h>
#include <string.h>

#include "ffasim/splock.h"
#include "libsp.h"
#include "ffasim/lock_abi.h"

#define FFA_YIELD 0x8400006cu
#define FFA_SECONDARY_EP_REGISTER_64 0xc4000087u
#define MEI_INTID 4
#define DEVICE_INTID 56 /* and the next one, see sps/lock2 */
#define CONTEXTS 64
#define SLOTS_EACH 4
#define US 1000ull

/* What is left of a call that gave the PE away. */
struct parked {
	bool used;
	uint64_t left_ns;
	uint32_t spin_us;
	uint32_t run_w1; /* a preempted callee to run; 0 = none */
};

struct context {
	struct libsp l;
	struct smc_regs msg;
	bool exit_wanted; /* the managed-exit interrupt came */
};

struct lock_sp {
	struct context context[CONTEXTS];
	struct parked slot[CONTEXTS * SLOTS_EACH];
	uint64_t page_va;
	bool mask, yield;
	uint64_t handler_ns;
	uint32_t interrupts, exits, wakes;
};

static struct lock_sp *shared(struct ffasim_sp *sp)
{
	return ffasim_sp_state(sp);
}

static struct context *self(struct ffasim_sp *sp)
{
	return &shared(sp)->context[ffasim_sp_context(sp)];
}

static struct ffasim_splock *lock_at(struct ffasim_sp *sp, uint32_t number)
{
	struct ffasim_splock *locks =
		ffasim_sp_va(sp, shared(sp)->page_va, LOCK_COUNT * sizeof(*locks), true);

	return locks && number < LOCK_COUNT ? &locks[number] : NULL;
}

/* Several contexts count at the same time. */
static void count(uint32_t *counter)
{
	(void)__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static uint32_t read_count(const uint32_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void interrupted(struct ffasim_sp *sp)
{
	for (unsigned id = ffasim_sp_irq_get(sp); id != FFASIM_IRQ_NONE;
	     id = ffasim_sp_irq_get(sp)) {
		if (id == MEI_INTID) {
			count(&shared(sp)->exits);
			self(sp)->exit_wanted = true;
			ffasim_sp_break(sp);
		} else {
			count(&shared(sp)->interrupts);
			if (shared(sp)->handler_ns)
				ffasim_sp_work_ns(sp, shared(sp)->handler_ns);
		}
	}
}

struct answer {
	uint32_t status, w5, w6, w7;
};

/* A context parks in slots of its own, so contexts need no lock between them here. */
static void park(struct ffasim_sp *sp, struct parked p, struct answer *a)
{
	const uint32_t first = ffasim_sp_context(sp) * SLOTS_EACH;

	p.used = true;
	for (uint32_t i = first; i < first + SLOTS_EACH; i++)
		if (!shared(sp)->slot[i].used) {
			shared(sp)->slot[i] = p;
			*a = (struct answer){LOCK_PARKED, i, p.spin_us};
			return;
		}
	*a = (struct answer){LOCK_BAD};
}

/* The part of a call that holds nothing: here the PE can be given away. */
static void work(struct ffasim_sp *sp, uint64_t ns, uint32_t spin_us, struct answer *a)
{
	while (ns && !self(sp)->exit_wanted)
		ns = ffasim_sp_work_until_break_ns(sp, ns);
	if (ns)
		park(sp, (struct parked){.left_ns = ns, .spin_us = spin_us}, a);
	else
		*a = (struct answer){LOCK_DONE, spin_us};
}

static void hold(struct ffasim_sp *sp, const uint32_t w[8], bool spin, struct answer *a)
{
	struct ffasim_splock *lock = lock_at(sp, w[4]);
	unsigned pstate = 0;
	uint64_t spin_us = 0;

	if (!lock) {
		*a = (struct answer){LOCK_BAD};
		return;
	}
	if (shared(sp)->mask)
		pstate = ffasim_sp_pstate(sp, FFASIM_PSTATE_IF);
	if (spin) {
		spin_us = ffasim_splock_acquire(sp, lock, w[4]) / US;
	} else if (!ffasim_splock_try(sp, lock, w[4])) {
		if (shared(sp)->mask)
			ffasim_sp_pstate(sp, pstate);
		*a = (struct answer){LOCK_TAKEN};
		return;
	}
	ffasim_sp_work_ns(sp, w[5] * US);
	ffasim_splock_release(sp, lock, w[4]);
	if (shared(sp)->mask)
		ffasim_sp_pstate(sp, pstate);
	work(sp, w[6] * US, (uint32_t)spin_us, a);
}

/* Every register this level can see, over work and over a call into the SPMC. */
static void pattern(struct ffasim_sp *sp, uint64_t ns, struct answer *a)
{
	struct smc_regs r = {.x = {FFA_ID_GET}};
	struct pe_regs want = {.tpidr_el0 = 0x7e57ull << 32, .nzcv = 0xa0000000};
	const struct pe_regs *now;

	for (unsigned i = 0; i < 31; i++)
		want.x[i] = 0x1111000000000000ull + i;
	for (unsigned i = 0; i < 64; i++)
		want.v[i / 2][i % 2] = 0x2222000000000000ull + i;
	*ffasim_sp_regs(sp) = want;
	ffasim_sp_work_ns(sp, ns);
	now = ffasim_sp_regs(sp);
	a->w5 = memcmp(now, &want, sizeof(want)) != 0;
	libsp_call(&self(sp)->l, &r);
	now = ffasim_sp_regs(sp);
	/* x0-x17 carry the call; all else must be as it was. */
	a->w6 = memcmp(&now->x[18], &want.x[18], 13 * sizeof(want.x[0])) ||
		memcmp(now->v, want.v, sizeof(want.v)) || now->tpidr_el0 != want.tpidr_el0 ||
		now->nzcv != want.nzcv;
}

/* A request to another partition, until it answers or this one is told to leave. */
static void request(struct ffasim_sp *sp, struct smc_regs *r, struct answer *a)
{
	struct context *c = self(sp);
	unsigned interrupts = 0;

	libsp_call(&c->l, r);
	while ((uint32_t)r->x[0] == FFA_INTERRUPT) {
		const uint32_t w1 = (uint32_t)r->x[1];

		interrupts++;
		if (c->exit_wanted && w1) { /* the callee stays preempted meanwhile */
			park(sp, (struct parked){.run_w1 = w1}, a);
			return;
		}
		*r = (struct smc_regs){.x = {FFA_RUN, w1}};
		libsp_call(&c->l, r);
	}
	if ((uint32_t)r->x[0] == FFA_ERROR)
		*a = (struct answer){LOCK_FFA, (uint32_t)r->x[2], interrupts};
	else
		*a = (struct answer){(uint32_t)r->x[4], (uint32_t)r->x[5], interrupts};
}

static void call(struct ffasim_sp *sp, const uint32_t w[8], struct answer *a)
{
	struct smc_regs r = {.x = {FFA_DIRECT_REQ_32, (uint32_t)self(sp)->l.id << 16 | w[4], 0,
				   w[5], 0, 0, w[6]}};

	request(sp, &r, a);
}

static void resume(struct ffasim_sp *sp, uint32_t slot, struct answer *a)
{
	struct lock_sp *s = shared(sp);
	struct smc_regs r = {.x = {FFA_RUN}};
	struct parked p;

	if (slot >= CONTEXTS * SLOTS_EACH || !s->slot[slot].used) {
		*a = (struct answer){LOCK_BAD};
		return;
	}
	p = s->slot[slot];
	s->slot[slot].used = false;
	r.x[1] = p.run_w1;
	if (p.run_w1)
		request(sp, &r, a);
	else
		work(sp, p.left_ns, p.spin_us, a);
}

static void serve(struct ffasim_sp *sp, const uint32_t w[8], struct answer *a)
{
	struct lock_sp *s = shared(sp);
	struct smc_regs r;

	switch (w[3]) {
	case LOCK_HOLD:
	case LOCK_TRY:
		hold(sp, w, w[3] == LOCK_HOLD, a);
		break;
	case LOCK_RESUME:
		resume(sp, w[4], a);
		break;
	case LOCK_PATTERN:
		pattern(sp, w[6] * US, a);
		break;
	case LOCK_CALL:
		call(sp, w, a);
		break;
	case LOCK_COUNTS:
		*a = (struct answer){LOCK_DONE, read_count(&s->interrupts), read_count(&s->exits),
				     read_count(&s->wakes)};
		break;
	case LOCK_YIELD:
		r = (struct smc_regs){.x = {FFA_YIELD}};
		libsp_call(&self(sp)->l, &r);
		work(sp, w[6] * US, 0, a);
		break;
	default:
		*a = (struct answer){LOCK_BAD};
	}
}

static void respond(struct ffasim_sp *sp)
{
	struct context *c = self(sp);
	struct answer a = {0};
	uint32_t w[8];

	for (unsigned i = 0; i < 8; i++)
		w[i] = (uint32_t)c->msg.x[i];
	c->exit_wanted = false;
	if (w[2] & FFA_FRAMEWORK) /* power management: agreed */
		c->msg = (struct smc_regs){
			.x = {FFA_DIRECT_RESP_32, w[1] << 16 | w[1] >> 16, FFA_FRAMEWORK | 2}};
	else {
		serve(sp, w, &a);
		c->msg = (struct smc_regs){.x = {FFA_DIRECT_RESP_32, w[1] << 16 | w[1] >> 16, 0,
						 w[3], a.status, a.w5, a.w6, a.w7}};
	}
	ffasim_sp_svc(sp, &c->msg);
}

static _Noreturn void run(struct ffasim_sp *sp)
{
	struct context *c = self(sp);

	ffasim_sp_irq_handler(sp, interrupted);
	ffasim_sp_irq_enable(sp, MEI_INTID, true);
	ffasim_sp_irq_enable(sp, DEVICE_INTID, true);
	ffasim_sp_irq_enable(sp, DEVICE_INTID + 1, true);
	ffasim_sp_pstate(sp, 0);
	libsp_msg_wait(&c->l, &c->msg);
	for (;;) {
		if ((uint32_t)c->msg.x[0] == FFA_DIRECT_REQ_32) {
			respond(sp);
			continue;
		}
		if ((uint32_t)c->msg.x[0] == FFA_INTERRUPT) {
			count(&shared(sp)->wakes);
			if (shared(sp)->yield) {
				c->msg = (struct smc_regs){.x = {FFA_YIELD}};
				libsp_call(&c->l, &c->msg);
			}
		}
		libsp_msg_wait(&c->l, &c->msg);
	}
}

/* Address that the SPMC wrote into the manifest for the region of the locks. */
static uint64_t region_va(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	const uint8_t *info = ffasim_sp_va(sp, boot_info_va, 64, false);
	uint64_t fdt_va, bytes;
	const void *fdt, *p;
	int node, len;

	if (!info)
		return 0;
	memcpy(&fdt_va, info + 32 + 24, sizeof(fdt_va)); /* ffa.md 7.2: content of descriptor 0 */
	bytes = 4096;
	fdt = ffasim_sp_va(sp, fdt_va, bytes, false);
	if (!fdt)
		return 0;
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,ffa-manifest-memory-regions");
	node = fdt_subnode_offset(fdt, node, "locks");
	p = fdt_getprop(fdt, node, "base-address", &len);
	return p && len == 8 ? fdt64_ld(p) : 0;
}

static void lock_secondary(struct ffasim_sp *sp, uint64_t x0)
{
	struct context *c = self(sp);

	(void)x0;
	c->l = (struct libsp){.sp = sp, .prefix = "LOCK"};
	libsp_id_get(&c->l, &c->l.id);
	run(sp);
}

static void lock_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct lock_sp *s = shared(sp);
	const char *mask = ffasim_sp_option(sp, "mask");
	struct smc_regs r = {.x = {FFA_SECONDARY_EP_REGISTER_64, FFASIM_SP_SECONDARY_VA}};

	s->mask = !mask || strcmp(mask, "off");
	s->yield = ffasim_sp_option(sp, "yield");
	s->handler_ns = ffasim_sp_option_u64(sp, "handler", 0);
	s->page_va = region_va(sp, boot_info_va);
	if (libsp_boot(&self(sp)->l, sp, "LOCK"))
		libsp_not_viable(&self(sp)->l, "FF-A setup");
	if (!s->page_va)
		libsp_not_viable(&self(sp)->l, "no page for the locks");
	libsp_call(&self(sp)->l, &r); /* refused to a partition with one context */
	run(sp);
}

FFASIM_SP_IMAGE(.name = "lock", .state_bytes = sizeof(struct lock_sp), .main = lock_main,
		.secondary = lock_secondary);

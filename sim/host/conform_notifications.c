/* SPDX-License-Identifier: BSD-3-Clause */
/* Statements C84 to C93 of ffa.md section 10: notifications and indirect messages. */
#include <string.h>

#include "host/conform.h"

static const char *const receives[] = {"notification-support", "", NULL};
static const struct cw_config cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .manifest = receives},
	       {.name = "s1", .action = FFA_NS_SIGNALED, .manifest = receives},
	       {.name = "old", .action = FFA_NS_SIGNALED, .version = FFA_VERSION_1_0},
	       {.name = "deaf", .action = FFA_NS_SIGNALED}},
};
enum { OLD = 2, DEAF = 3 };

#define CREATE(id, vcpus) NW(FFA_NOTIFICATION_BITMAP_CREATE, id, vcpus)
#define DESTROY(id) NW(FFA_NOTIFICATION_BITMAP_DESTROY, id)

/* A profile without notifications refuses all of it, and that is the whole statement. */
static bool none(void)
{
	if (!cw_deviates(Q_NO_NOTIFICATIONS))
		return false;
	WANT_ERR(CREATE(0, 2), FFA_NOT_SUPPORTED);
	WANT_ERR(NW(FFA_NOTIFICATION_INFO_GET), FFA_NOT_SUPPORTED);
	WANT_ERR(SP(S0, FFA_NOTIFICATION_SET, cw_w1(S0, NWD), 0, 1), FFA_NOT_SUPPORTED);
	return true;
}

/* SPs of the S-EL1 SPMC neither send nor receive. */
static bool not_for_sps(void)
{
	if (none())
		return true;
	if (!cw_deviates(Q_NTF_OPTEE))
		return false;
	WANT_OK(CREATE(0, 2));
	WANT_ERR(SP(S0, FFA_NOTIFICATION_SET, cw_w1(S0, NWD), 0, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_NOTIFICATION_BIND, cw_w1(S1, S0), 0, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_NOTIFICATION_GET, cw_w1(NWD, S0), 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_NOTIFICATION_SET, cw_w1(NWD, S0), 0, 1), FFA_NOT_SUPPORTED);
	return true;
}

static void c84(void)
{
	if (none())
		return;
	WANT_ERR(DESTROY(0), cw_unless(Q_NTF_OPTEE, FFA_DENIED, FFA_OK));
	WANT_ERR(CREATE(cw.id[S0], 1), FFA_INVALID_PARAMETERS);
	WANT_OK(CREATE(0, 2));
	WANT_ERR(CREATE(0, 2), FFA_DENIED);
	WANT_OK(DESTROY(0));
	WANT_OK(CREATE(0, 2));
}

#define BIND(who, sender, receiver, flags, lo, hi)                                                 \
	BY(who, FFA_NOTIFICATION_BIND, cw_w1(sender, receiver), flags, lo, hi)
#define UNBIND(who, sender, receiver, lo)                                                          \
	BY(who, FFA_NOTIFICATION_UNBIND, cw_w1(sender, receiver), 0, lo)
#define SET(who, receiver, flags, lo) BY(who, FFA_NOTIFICATION_SET, cw_w1(who, receiver), flags, lo)

static void c85(void)
{
	if (not_for_sps())
		return;
	WANT_OK(CREATE(0, 2));
	WANT_ERR(SET(S0, NWD, 0, 1), FFA_DENIED);
	WANT_OK(BIND(NWD, S0, NWD, 0, 1, 0));
	WANT_ERR(BIND(NWD, S1, NWD, 1, 6, 0),
		 cw_unless(Q_NO_PER_VCPU, FFA_OK, FFA_INVALID_PARAMETERS));
	WANT_ERR(SET(S1, NWD, 0, 1), FFA_DENIED);
	WANT_ERR(SET(S0, NWD, 0, 9), FFA_DENIED); /* all or nothing */
	WANT_ERR(SET(S0, NWD, 1, 1), FFA_INVALID_PARAMETERS);
	if (!quirk(cw.s, Q_NO_PER_VCPU)) {
		WANT_ERR(SET(S1, NWD, 0, 2), FFA_INVALID_PARAMETERS);
		WANT_ERR(SET(S1, NWD, 1 | 2 << 16, 2), FFA_INVALID_PARAMETERS); /* 2 of 2 */
		WANT_OK(SET(S1, NWD, 1 | 1 << 16, 2));
	}
	WANT_ERR(SET(S0, NWD, 1 << 16, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SET(S0, NWD, 4, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SET(S0, NWD, 0, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_NOTIFICATION_SET, cw_w1(S1, NWD), 0, 2), FFA_INVALID_PARAMETERS);
	WANT_OK(SET(S0, NWD, 0, 1));
	WANT_OK(BIND(S0, NWD, S0, 0, 1, 0));
	WANT_ERR(SET(NWD, S0, 2, 1), FFA_INVALID_PARAMETERS); /* delay from a VM */
	WANT_OK(SET(NWD, S0, 0, 1));
}

static void c86(void)
{
	if (not_for_sps())
		return;
	WANT_OK(CREATE(0, 2));
	WANT_ERR(BIND(NWD, S0, NWD, 2, 3, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(BIND(NWD, S0, NWD, 0, 0, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(BIND(NWD, NWD, NWD, 0, 3, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(BIND(NWD, S0, S1, 0, 3, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(BIND(S0, S1, DEAF, 0, 3, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(BIND(DEAF, S0, DEAF, 0, 3, 0), FFA_NOT_SUPPORTED);
	WANT_ERR(BIND(OLD, S0, OLD, 0, 3, 0), FFA_NOT_SUPPORTED);
	WANT_ERR(NW(FFA_NOTIFICATION_BIND, 0x9fff0000, 0, 3), FFA_INVALID_PARAMETERS);
	WANT_OK(BIND(NWD, S0, NWD, 0, 3, 1));
	WANT_ERR(BIND(NWD, S0, NWD, 0, 1, 0), FFA_DENIED);
	WANT_ERR(BIND(NWD, S1, NWD, 0, 0, 1), FFA_DENIED);
	WANT_ERR(UNBIND(NWD, S1, NWD, 1), FFA_DENIED);
	WANT_ERR(UNBIND(NWD, S0, NWD, 4), FFA_DENIED);
	WANT_OK(SET(S0, NWD, 0, 1));
	WANT_ERR(UNBIND(NWD, S0, NWD, 1), FFA_DENIED);
	WANT_ERR(DESTROY(0), FFA_DENIED);
	WANT_OK(UNBIND(NWD, S0, NWD, 2));
	WANT_OK(NW(FFA_NOTIFICATION_GET, 0, 1));
	WANT_OK(UNBIND(NWD, S0, NWD, 1));
	WANT_OK(DESTROY(0));
}

static void c87(void)
{
	struct smc_regs r;

	if (not_for_sps())
		return;
	WANT_OK(CREATE(0, 2));
	WANT_OK(BIND(NWD, S0, NWD, 0, 5, 0x80000000));
	WANT_OK(BIND(NWD, S1, NWD, !cw_deviates(Q_NO_PER_VCPU), 8, 0));
	WANT_OK(BY(S0, FFA_NOTIFICATION_SET, cw_w1(S0, NWD), 0, 4, 0x80000000));
	WANT_OK(quirk(cw.s, Q_NO_PER_VCPU) ? SET(S1, NWD, 0, 8) : SET(S1, NWD, 1 | 1 << 16, 8));
	r = NW(FFA_NOTIFICATION_GET, 0, 4); /* another class */
	WANT_EQ(r.x[2] | r.x[3] | r.x[6], 0);
	r = NW(FFA_NOTIFICATION_GET, 0, 1);
	WANT_OK(r);
	WANT_EQ(r.x[2], quirk(cw.s, Q_NO_PER_VCPU) ? 12 : 4);
	WANT_EQ(r.x[3], 0x80000000);
	r = NW(FFA_NOTIFICATION_GET, 0, 1);
	WANT_EQ(r.x[2] | r.x[3], 0);
	r = NW(FFA_NOTIFICATION_GET, 1 << 16, 1);
	WANT_EQ(r.x[2], quirk(cw.s, Q_NO_PER_VCPU) ? 0 : 8);
	WANT_ERR(NW(FFA_NOTIFICATION_GET, 2 << 16, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_NOTIFICATION_GET, 0, 2), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_NOTIFICATION_GET, 0, 16), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_NOTIFICATION_GET, cw.id[S0], 1), FFA_INVALID_PARAMETERS);
	WANT_OK(BIND(S0, NWD, S0, 0, 2, 0));
	WANT_OK(SET(NWD, S0, 0, 2));
	r = SP(S0, FFA_NOTIFICATION_GET, cw_w1(NWD, S0), 3);
	WANT_EQ(r.x[2], 0);
	WANT_EQ(r.x[4], 2);
	WANT_ERR(SP(S0, FFA_NOTIFICATION_GET, cw_w1(NWD, S1), 3), FFA_INVALID_PARAMETERS);
}

static void c88(void)
{
	struct smc_regs r;

	if (none())
		return;
	WANT_OK(CREATE(0, 2));
	WANT_ERR(NW(FFA_NOTIFICATION_INFO_GET), FFA_NO_DATA);
	WANT_ERR(NW(FFA_NOTIFICATION_INFO_GET | FFA_FID_64), FFA_NO_DATA);
	WANT_ERR(NW(FFA_NOTIFICATION_INFO_GET, 1), FFA_INVALID_PARAMETERS);
	if (cw_deviates(Q_NTF_OPTEE)) {
		/* The one sender is the Trusted OS; the entry repeats until GET. */
		WANT_EQ(tos_notify(cw.s, 1), true);
		for (int i = 0; i < 2; i++) {
			r = NW(FFA_NOTIFICATION_INFO_GET);
			WANT_EQ(r.x[2], 0x80);
		}
	} else {
		WANT_OK(BIND(NWD, S0, NWD, 0, 1, 0));
		WANT_OK(SET(S0, NWD, 0, 1));
		r = NW(FFA_NOTIFICATION_INFO_GET);
		WANT_EQ(r.x[2], 0x80);
		WANT_ERR(NW(FFA_NOTIFICATION_INFO_GET), FFA_NO_DATA); /* told once */
	}
	r = NW(FFA_NOTIFICATION_GET, 0, 1);
	WANT_EQ(r.x[2], 1);
	WANT_ERR(NW(FFA_NOTIFICATION_INFO_GET), FFA_NO_DATA);
}

/* The lists of 6.4's example: vCPUs 0,2,3,4,6 of VM 0, VM 2 as a whole, vCPU 1 of VM 3. */
static void pend_example(void)
{
	static const unsigned vcpus[] = {0, 2, 3, 4, 6};

	for (unsigned i = 0; i < 5; i++)
		WANT_OK(SET(S0, NWD, 1 | vcpus[i] << 16, 1));
	WANT_OK(SP(S0, FFA_NOTIFICATION_SET, cw_w1(S0, NWD) | 2, 0, 1));
	WANT_OK(SP(S0, FFA_NOTIFICATION_SET, cw_w1(S0, NWD) | 3, 1 | 1 << 16, 1));
}

static void c89(void)
{
	static const uint64_t want32[] = {0x0004b200, 0,	  0x00030002,
					  0x00040000, 0x00020006, 0x00010003};
	static const uint64_t want64[] = {0x0004b200, 0x0003000200000000, 0x0002000600040000,
					  0x0000000000010003};
	struct smc_regs r;

	if (not_for_sps())
		return;
	WANT_OK(CREATE(0, 8));
	if (cw_deviates(Q_NO_PER_VCPU)) {
		WANT_ERR(BIND(NWD, S0, NWD, 1, 1, 0), FFA_INVALID_PARAMETERS);
		WANT_OK(BIND(NWD, S0, NWD, 0, 1, 0));
		WANT_OK(BIND(S1, S0, S1, 0, 1, 0));
		WANT_OK(SET(S0, S1, 0, 1));
		WANT_OK(SET(S0, NWD, 0, 1));
		r = NW(FFA_NOTIFICATION_INFO_GET);
		WANT_EQ(r.x[2], 0x100); /* two lists of an id each */
		WANT_EQ(r.x[3], (uint64_t)cw.id[S1] << 16);
		return;
	}
	WANT_OK(CREATE(2, 2));
	WANT_OK(CREATE(3, 2));
	WANT_OK(BIND(NWD, S0, NWD, 1, 1, 0));
	WANT_OK(NW(FFA_NOTIFICATION_BIND, cw_w1(S0, NWD) | 2, 0, 1));
	WANT_OK(NW(FFA_NOTIFICATION_BIND, cw_w1(S0, NWD) | 3, 1, 1));
	pend_example();
	r = NW(FFA_NOTIFICATION_INFO_GET);
	for (unsigned i = 0; i < 6; i++)
		WANT_EQ(r.x[2 + i], want32[i]);
	pend_example();
	r = NW(FFA_NOTIFICATION_INFO_GET | FFA_FID_64);
	WANT_EQ(r.x[0], FFA_SUCCESS | FFA_FID_64);
	for (unsigned i = 0; i < 4; i++)
		WANT_EQ(r.x[2 + i], want64[i]);
}

/* ---- indirect messages ---- */
static void put_message(uint8_t *tx, uint16_t sender, uint16_t receiver, uint32_t offset,
			uint32_t size)
{
	memset(tx, 0, 64);
	ffa_put32(tx + 8, offset);
	ffa_put16(tx + 12, receiver);
	ffa_put16(tx + 14, sender);
	ffa_put32(tx + 16, size);
	memcpy(tx + (offset < 4000 ? offset : 0), "hello", 6);
}

static struct smc_regs send_to(int receiver, uint32_t offset, uint32_t size)
{
	put_message(cw.sp_tx[S0], cw.id[S0], cw.id[receiver], offset, size);
	return SP(S0, FFA_MSG_SEND2);
}

static bool no_indirect(void)
{
	if (!cw_deviates(Q_NO_INDIRECT))
		return false;
	WANT_ERR(NW(FFA_MSG_SEND2), FFA_NOT_SUPPORTED);
	WANT_ERR(SP(S0, FFA_MSG_SEND2),
		 cw_unless(Q_SVC_UNKNOWN_INVALID, FFA_NOT_SUPPORTED, FFA_INVALID_PARAMETERS));
	return true;
}

static void c91(void)
{
	if (no_indirect())
		return;
	WANT_OK(send_to(S1, 40, 6));
	WANT_ERR(send_to(S1, 40, 6), FFA_BUSY);
	WANT_ERR(send_to(OLD, 40, 6), FFA_DENIED); /* v1.0 */
	WANT_ERR(send_to(S0, 40, 6), FFA_INVALID_PARAMETERS);
	put_message(cw.sp_tx[S0], cw.id[S1], cw.id[DEAF], 40, 6);
	WANT_ERR(SP(S0, FFA_MSG_SEND2), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_MSG_SEND2, 1 << 16), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_MSG_SEND2), FFA_DENIED); /* no TX */
}

static void c92(void)
{
	struct smc_regs r;

	if (no_indirect())
		return;
	cw_map();
	WANT_OK(send_to(S1, 40, 6));
	WANT(!memcmp(cw.sp_rx[S1] + 40, "hello", 6));
	WANT_ERR(SP(S1, FFA_RX_RELEASE), FFA_DENIED);
	r = SP(S1, FFA_NOTIFICATION_GET, cw_w1(NWD, S1), 4);
	WANT_EQ(r.x[6], 1);
	WANT_EQ(r.x[7], 0);
	WANT_OK(SP(S1, FFA_RX_RELEASE));
	/* From a VM: the hypervisor's word. */
	put_message(cw.tx, 0, cw.id[S1], 40, 6);
	WANT_OK(NW(FFA_MSG_SEND2));
	r = SP(S1, FFA_NOTIFICATION_GET, cw_w1(NWD, S1), 15);
	WANT_EQ(r.x[6], 0);
	WANT_EQ(r.x[7], 1);
	/* To a VM. */
	WANT_OK(CREATE(0, 2));
	put_message(cw.sp_tx[S0], cw.id[S0], 0, 40, 6);
	WANT_OK(SP(S0, FFA_MSG_SEND2, 0, 2)); /* the interrupt waits for the exit */
	WANT(!memcmp(cw.rx + 40, "hello", 6));
	WANT(cw.nwd_interrupts > 0);
	r = NW(FFA_NOTIFICATION_GET, 0, 4);
	WANT_EQ(r.x[6], 1);
	WANT_OK(NW(FFA_RX_RELEASE));
}

static void c93(void)
{
	if (no_indirect())
		return;
	WANT_ERR(send_to(S1, 39, 6), FFA_INVALID_PARAMETERS);
	WANT_ERR(send_to(S1, 20, 6), FFA_INVALID_PARAMETERS);
	WANT_ERR(send_to(S1, 40, 4096 - 39), FFA_INVALID_PARAMETERS);
	WANT_ERR(send_to(S1, 0xfffffff0, 0x20), FFA_INVALID_PARAMETERS);
	WANT_OK(send_to(S1, 40, 4096 - 40));
	WANT_EQ(SP(S1, FFA_VERSION, FFA_VERSION_1_2).x[0], cw.s->profile->version);
}

/* VMs 1 and 2 of a hypervisor beside the OS kernel: buffers and messages of their own. */
static void c91_vm(void)
{
	const uint64_t tx = cw_ns_pages(1), rx = cw_ns_pages(1);
	uint8_t *vm_tx = physmem_at(&cw.m->mem, pa_of(tx), PHYS_PAGE_BYTES);

	cw_map();
	memset(cw.tx, 0, 128);
	ffa_put16(cw.tx, 1);
	ffa_put32(cw.tx + 4, 32); /* RX */
	ffa_put32(cw.tx + 8, 64); /* TX */
	for (unsigned i = 0; i < 2; i++) {
		ffa_put32(cw.tx + 32 + 32 * i, 1);
		ffa_put32(cw.tx + 36 + 32 * i, 1);
		ffa_put64(cw.tx + 48 + 32 * i, i ? tx : rx);
		ffa_put32(cw.tx + 56 + 32 * i, 1);
	}
	if (cw_deviates(Q_MEM_OPTEE) || cw_deviates(Q_MEM_TFA)) {
		WANT_ERR(NW(FFA_RXTX_MAP | FFA_FID_64), FFA_INVALID_PARAMETERS);
		WANT_ERR(NW(FFA_RX_ACQUIRE, 1), FFA_NOT_SUPPORTED);
		return;
	}
	WANT_OK(NW(FFA_RXTX_MAP | FFA_FID_64));
	WANT_ERR(NW(FFA_RXTX_MAP | FFA_FID_64), FFA_DENIED);
	put_message(vm_tx, 1, cw.id[DEAF], 40, 6);
	WANT_ERR(NW(FFA_MSG_SEND2, 2 << 16), FFA_DENIED); /* unknown VM */
	WANT_OK(NW(FFA_MSG_SEND2, 1 << 16));
	WANT(!memcmp(cw.sp_rx[DEAF] + 40, "hello", 6));
	WANT_ERR(NW(FFA_RX_ACQUIRE, 2), FFA_INVALID_PARAMETERS);
	WANT_OK(NW(FFA_RX_ACQUIRE, 1));
	WANT_ERR(NW(FFA_RX_ACQUIRE, 1), FFA_DENIED);
	put_message(cw.sp_tx[S0], cw.id[S0], 1, 40, 6);
	WANT_ERR(SP(S0, FFA_MSG_SEND2), FFA_BUSY); /* the hypervisor has it */
	WANT_OK(NW(FFA_RX_RELEASE, 1));
	WANT_OK(SP(S0, FFA_MSG_SEND2));
	WANT_OK(NW(FFA_RX_RELEASE, 1));
	WANT_ERR(NW(FFA_RX_RELEASE, 1), FFA_DENIED);
	WANT_OK(NW(FFA_RXTX_UNMAP, 1 << 16));
	WANT_ERR(NW(FFA_RXTX_UNMAP, 1 << 16), FFA_INVALID_PARAMETERS);
}

static void c91_both(void)
{
	c91();
	c91_vm();
}

static const struct statement rows[] = {
	{"C84", "BITMAP_DESTROY without a bitmap: DENIED; CREATE twice: DENIED", "S", c84, &cfg},
	{"C85",
	 "SET of a bit not bound to the sender: DENIED; per-vCPU otherwise than bound: "
	 "INVALID_PARAMETERS",
	 "S", c85, &cfg},
	{"C86", "UNBIND of a pending bit: DENIED", "S", c86, &cfg},
	{"C87", "GET returns pending bits of the class asked for and clears them", "S", c87, &cfg},
	{"C88", "INFO_GET with nothing pending: NO_DATA", "S", c88, &cfg},
	{"C89", "INFO_GET packs lists of endpoint and vCPU ids as in the worked example", "S", c89,
	 &cfg},
	{"C91", "MSG_SEND2 to a full RX: BUSY", "S", c91_both, &cfg},
	{"C92", "MSG_SEND2 sets the RX-full bit of its world; RX_RELEASE before GET: DENIED", "S",
	 c92, &cfg},
	{"C93", "MSG_SEND2 with an offset inside the header: INVALID_PARAMETERS", "S", c93, &cfg},
};
const struct statement_table conform_notifications = {rows, sizeof(rows) / sizeof(rows[0])};

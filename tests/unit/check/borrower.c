/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A native SP for test_views.c that does with borrowed memory what it is told, right or wrong. w3
 * of a request: what to do; w4, w5: handle; w6: permissions; w7: kind of transaction. w4 of the
 * response: 0, an FF-A code, or what was read.
 */
#include <string.h>

#include "libsp.h"
#include "views.h"

#define DESC_BYTES 48u
#define EMAD_BYTES 16u

struct borrower {
	struct libsp l;
	uint8_t *pointer;
};

static int retrieve(struct borrower *b, uint64_t handle, uint8_t permissions, uint32_t kind)
{
	const uint32_t total = DESC_BYTES + EMAD_BYTES, words[3] = {EMAD_BYTES, 1, DESC_BYTES};
	struct smc_regs r = {.x = {FFA_MEM_RETRIEVE_REQ_32, total, total}};
	uint32_t composite, flags = kind;
	uint64_t va;

	memset(b->l.tx, 0, total);
	memcpy(b->l.tx + 4, &flags, 4);
	memcpy(b->l.tx + 8, &handle, 8);
	memcpy(b->l.tx + 24, words, sizeof(words));
	memcpy(b->l.tx + DESC_BYTES, &b->l.id, 2);
	b->l.tx[DESC_BYTES + 2] = permissions;
	libsp_call(&b->l, &r);
	if ((uint32_t)r.x[0] != FFA_MEM_RETRIEVE_RESP)
		return libsp_code(&r);
	memcpy(&composite, b->l.rx + DESC_BYTES + 4, 4);
	memcpy(&va, b->l.rx + composite + 16, 8);
	libsp_rx_release(&b->l);
	b->pointer = ffasim_sp_va(b->l.sp, va, 4096, false);
	return b->pointer ? 0 : FFA_DENIED;
}

/* With a frame of their own: Valgrind places an access of a function's first instruction in its
 * caller. */
__attribute__((noinline)) static uint8_t read_it(const struct borrower *b)
{
	volatile unsigned at = 16;

	return b->pointer[at];
}

__attribute__((noinline)) static void write_it(struct borrower *b)
{
	volatile unsigned at = 16;

	b->pointer[at] = 0x42;
}

static int obey(struct borrower *b, const struct smc_regs *m)
{
	const uint64_t handle = (uint32_t)m->x[4] | m->x[5] << 32;

	switch ((uint32_t)m->x[3]) {
	case BORROWER_RETRIEVE:
		return retrieve(b, handle, (uint8_t)m->x[6], (uint32_t)m->x[7]);
	case BORROWER_RELINQUISH:
		return libsp_mem_relinquish(&b->l, handle, NULL);
	case BORROWER_READ:
		return read_it(b);
	case BORROWER_WRITE:
		write_it(b);
		return 0;
	default:
		return FFA_NOT_SUPPORTED;
	}
}

static void borrower_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct borrower *b = ffasim_sp_state(sp);
	struct smc_regs m;
	int result;

	(void)boot_info_va;
	b->l.sp = sp;
	if (libsp_boot(&b->l, sp, "BORROWER") || libsp_version(&b->l) ||
	    libsp_id_get(&b->l, &b->l.id))
		libsp_not_viable(&b->l, "FF-A setup");
	libsp_msg_wait(&b->l, &m);
	for (;;) {
		const uint32_t w1 = m.x[1];

		result = obey(b, &m);
		m = (struct smc_regs){
			.x = {FFA_DIRECT_RESP_32, w1 << 16 | w1 >> 16, 0, 0, (uint32_t)result}};
		ffasim_sp_svc(sp, &m);
	}
}

FFASIM_SP_IMAGE(.name = "borrower", .state_bytes = sizeof(struct borrower), .main = borrower_main);

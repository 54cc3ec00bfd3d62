/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A booted world with one client task, every SMC recorded, and answers that a test may script in
 * place of the SPMC's. Clients run on simulated flows where cmocka must not jump: they note what
 * differs and the host asserts.
 */
#ifndef FFASIM_TESTS_TEE_WORLD_H
#define FFASIM_TESTS_TEE_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include "ffasim/client.h"
#include "host/world.h"
#include "soc/smc.h"

struct smc_record {
	struct smc_regs in, out;
};

#define TEE_WORLD_RECORDS 4096

struct tee_world {
	struct world w;
	struct world_config cfg;
	struct smc_record rec[TEE_WORLD_RECORDS];
	unsigned rec_count;
	/* True: @regs holds the answer, the SPMC is not asked. */
	bool (*script)(struct smc_regs *regs);
	void (*client)(void);
	unsigned checks, failures;
	char failure[512]; /* the first ones */
};
extern struct tee_world tw;

/* One SP of this name (folder under sps/), id 8002. */
void tee_world_init(const char *sp);
/* Boots, runs @client to its exit, asserts that every check held and that nothing was found. */
void tee_world_run(void (*client)(void));
/* Same, with findings expected: returns their number. */
size_t tee_world_run_findings(void (*client)(void));
bool tee_world_log_has(const char *text); /* in the kernel log; before tee_world_end() */
void tee_world_end(void);
void tee_world_hook(bool on); /* off: neither records nor scripts, and in no stack */
unsigned tee_world_count(uint32_t fid, unsigned from); /* records of @fid, from record @from on */

void tee_world_check(bool ok, int line, const char *what, long long got, long long want);
#define CHECK_EQ(got_, want_)                                                                      \
	do {                                                                                       \
		long long got__ = (long long)(got_), want__ = (long long)(want_);                  \
		tee_world_check(got__ == want__, __LINE__, #got_, got__, want__);                  \
	} while (0)

#define FFA_ERROR 0x84000060u
#define FFA_SUCCESS 0x84000061u
#define FFA_INTERRUPT 0x84000062u
#define FFA_YIELD 0x8400006cu
#define FFA_RUN 0x8400006du
#define FFA_DIRECT_REQ 0x8400006fu
#define FFA_DIRECT_RESP 0x84000070u
#define FFA_MEM_SHARE 0xc4000073u
#define FFA_MEM_RECLAIM 0x84000077u
#define FFA_MEM_FRAG_RX 0x8400007au
#define FFA_MEM_FRAG_TX 0x8400007bu
#define RPC_VERSION 0xff0000u
#define RPC_RETRIEVE 0xff0001u
#define RPC_RELINQ 0xff0002u
#define RPC_SERVICE 0xff0003u

#endif

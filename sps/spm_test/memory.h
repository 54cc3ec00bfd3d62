/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory transactions of spm-test, in the layout of its FF-A version, broken ones included. */
#ifndef SPS_SPM_TEST_MEMORY_H
#define SPS_SPM_TEST_MEMORY_H

#include "libsp.h"

#define SPM_PAGE 4096u

struct spm {
	struct libsp l;
	uint32_t version, boot_error;
	bool sloppy;
	uint64_t page_va;   /* this partition's own test page */
	uint64_t memory_va; /* what read and write are about: own, or retrieved last */
	struct smc_regs msg;
};

enum spm_defect {
	SPM_WHOLE,
	SPM_NO_BYTES,	     /* lengths 0 */
	SPM_NO_RECEIVERS,    /* 0 access descriptors */
	SPM_MANY_RECEIVERS,  /* more than the descriptor has room for */
	SPM_BAD_OFFSET,	     /* ranges outside of the descriptor */
	SPM_NO_PAGES,	     /* 0 pages in all */
	SPM_NO_RANGE_PAGES,  /* a range of 0 pages */
	SPM_WRONG_SUM,	     /* ranges have fewer pages than announced */
	SPM_MANY_RANGES,     /* more ranges than the descriptor holds */
	SPM_FAR_ENTRIES,     /* access descriptors outside (1.1) or 0 ranges (1.0) */
	SPM_UNALIGNED_RANGE, /* address inside of a page */
};

struct spm_send {
	uint16_t receiver[2];
	unsigned receivers;
	uint64_t va; /* one page */
	bool executable;
	enum spm_defect defect;
};

/* FF-A codes. */
int spm_share(struct spm *t, const struct spm_send *s, uint64_t *handle);
int spm_reclaim(struct spm *t, uint64_t handle);
int spm_retrieve(struct spm *t, uint64_t handle, uint16_t owner, uint64_t *va);
int spm_relinquish(struct spm *t, uint64_t handle, uint32_t flags);

#endif

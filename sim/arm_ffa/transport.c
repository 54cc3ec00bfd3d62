// SPDX-License-Identifier: BSD-3-Clause
/*
 * The conduit, the error numbers, and the two calls everybody needs (linux-tee.md 4.1, 4.2).
 *
 * Only an answer whose first register is FFA_ERROR counts as a failure; its code is the low half of
 * the third register, so code 0 turns into success.
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include "common.h"

int ffa_transport_init(void (**smc)(const ffa_value_t *args, ffa_value_t *res))
{
	enum arm_smccc_conduit conduit;

	if (arm_smccc_get_version() < ARM_SMCCC_VERSION_1_2)
		return -EOPNOTSUPP;

	conduit = arm_smccc_1_1_get_conduit();
	if (conduit == SMCCC_CONDUIT_NONE) {
		pr_err("%s: invalid SMCCC conduit\n", __func__);
		return -EOPNOTSUPP;
	}
	*smc = conduit == SMCCC_CONDUIT_SMC ? arm_smccc_1_2_smc : arm_smccc_1_2_hvc;
	return 0;
}

static const int linux_errno[] = {
	0,	     /* SUCCESS */
	-EOPNOTSUPP, /* NOT_SUPPORTED */
	-EINVAL,     /* INVALID_PARAMETERS */
	-ENOMEM,     /* NO_MEMORY */
	-EBUSY,	     /* BUSY */
	-EINTR,	     /* INTERRUPTED */
	-EACCES,     /* DENIED */
	-EAGAIN,     /* RETRY */
	-ECANCELED,  /* ABORTED */
	-ENODATA,    /* NO_DATA */
	-EAGAIN,     /* NOT_READY */
};

int ffa_to_linux_errno(int code)
{
	if (code > 0 || code <= -(int)ARRAY_SIZE(linux_errno))
		return -EINVAL;
	return linux_errno[-code];
}

int ffa_features(u32 id, u32 input, u32 *a2, u32 *a3)
{
	ffa_value_t ret, args = {.a0 = FFA_FEATURES, .a1 = id, .a2 = input};

	/* Input properties belong to function ids only, not to feature ids. */
	if (!ARM_SMCCC_IS_FAST_CALL(id) && input) {
		pr_err("%s: invalid parameters: %x, %x", __func__, id, input);
		return ffa_to_linux_errno(FFA_RET_INVALID_PARAMETERS);
	}

	ffa_smc(&args, &ret);
	if (ret.a0 == FFA_ERROR)
		return ffa_answer_errno(&ret);
	if (a2)
		*a2 = ret.a2;
	if (a3)
		*a3 = ret.a3;
	return 0;
}

int ffa_rx_release(void)
{
	ffa_value_t ret, args = {.a0 = FFA_RX_RELEASE};

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

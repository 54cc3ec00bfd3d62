/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_VIRT_H
#define _ASM_VIRT_H
/* Protected KVM is off on these machines. */
#include <linux/types.h>
static inline bool is_protected_kvm_enabled(void)
{
	return false;
}
static inline bool is_pkvm_initialized(void)
{
	return true;
}
static inline bool is_hyp_mode_available(void)
{
	return false;
}
#endif

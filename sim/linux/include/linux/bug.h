/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H
/* WARN is a log line and a finding; BUG ends the run. */
#include <linux/compiler.h>
#include <linux/types.h>
void kwarn(const char *file, int line, const char *what);
_Noreturn void kbug(const char *file, int line, const char *what);
#define WARN_ON(cond)                                                                              \
	({                                                                                         \
		bool warn__ = !!(cond);                                                            \
		if (unlikely(warn__))                                                              \
			kwarn(__FILE__, __LINE__, #cond);                                          \
		unlikely(warn__);                                                                  \
	})
#define WARN_ON_ONCE(cond) WARN_ON(cond)
#define WARN(cond, fmt, ...)                                                                       \
	({                                                                                         \
		bool warn__ = !!(cond);                                                            \
		if (unlikely(warn__))                                                              \
			kwarn(__FILE__, __LINE__, fmt);                                            \
		unlikely(warn__);                                                                  \
	})
#define WARN_ONCE(cond, fmt, ...) WARN(cond, fmt, ##__VA_ARGS__)
#define BUG() kbug(__FILE__, __LINE__, "BUG")
#define BUG_ON(cond)                                                                               \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			kbug(__FILE__, __LINE__, #cond);                                           \
	} while (0)
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)
#endif

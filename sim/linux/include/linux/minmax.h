/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H
#define min(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) a__ = (a);                                                           \
		__typeof__(b) b__ = (b);                                                           \
		a__ < b__ ? a__ : b__;                                                             \
	})
#define max(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) a__ = (a);                                                           \
		__typeof__(b) b__ = (b);                                                           \
		a__ > b__ ? a__ : b__;                                                             \
	})
#define min_t(t, a, b)                                                                             \
	({                                                                                         \
		t a__ = (a);                                                                       \
		t b__ = (b);                                                                       \
		a__ < b__ ? a__ : b__;                                                             \
	})
#define max_t(t, a, b)                                                                             \
	({                                                                                         \
		t a__ = (a);                                                                       \
		t b__ = (b);                                                                       \
		a__ > b__ ? a__ : b__;                                                             \
	})
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define clamp_t(t, v, lo, hi) min_t(t, max_t(t, v, lo), hi)
#define min_not_zero(a, b)                                                                         \
	({                                                                                         \
		__typeof__(a) x__ = (a);                                                           \
		__typeof__(b) y__ = (b);                                                           \
		x__ == 0 ? y__ : y__ == 0 ? x__ : x__ < y__ ? x__ : y__;                           \
	})
#define swap(a, b)                                                                                 \
	do {                                                                                       \
		__typeof__(a) t__ = (a);                                                           \
		(a) = (b);                                                                         \
		(b) = t__;                                                                         \
	} while (0)
#endif

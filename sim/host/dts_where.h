/* SPDX-License-Identifier: BSD-3-Clause */
/* Line and column of a property in a device tree source. */
#ifndef FFASIM_HOST_DTS_WHERE_H
#define FFASIM_HOST_DTS_WHERE_H

#include <stdbool.h>

/* From 1; line 0 = not found. */
struct dts_position {
	unsigned line, column;
};

/* The property of the first node called @node ("" = the root); of a property that is not there, the
 * node; line 0 when there is none either. */
struct dts_position dts_where(const char *source, const char *node, const char *property);

#endif

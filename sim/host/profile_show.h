/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FFASIM_HOST_PROFILE_SHOW_H
#define FFASIM_HOST_PROFILE_SHOW_H

/* `ffasim profile [a [b]]`: the profiles; what @a decides; where @a and @b differ. Exit code. */
int profile_show(const char *a, const char *b);

#endif

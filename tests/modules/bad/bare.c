// SPDX-License-Identifier: GPL-2.0-only
/* Not a module at all. */
int bad_bare_value;

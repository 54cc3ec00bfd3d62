/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Source line of an address in one image's debug information, whichever compiler wrote it: gcc
 * writes a table of which unit has which addresses (.debug_aranges), clang writes none, so that its
 * units are asked one by one.
 */
#ifndef FFASIM_CORE_LINE_H
#define FFASIM_CORE_LINE_H

#include <elfutils/libdw.h>
#include <stdbool.h>

/* @addr as in the file, without the base it was loaded at. The name in *@file lives as long as
 * @dwarf. False leaves both outputs alone. */
bool line_at(Dwarf *dwarf, Dwarf_Addr addr, const char **file, int *line);

#endif

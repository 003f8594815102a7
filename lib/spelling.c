/* SPDX-License-Identifier: BSD-2-Clause */
#include "spelling.h"

#include <limits.h>
#include <string.h>

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int spelling_distance(const char *typed, size_t length, const char *word)
{
	unsigned int at[SPELLING_LONGEST + 1][SPELLING_LONGEST + 1];
	size_t word_length = strlen(word);

	if (length > SPELLING_LONGEST || word_length > SPELLING_LONGEST) {
		return UINT_MAX;
	}
	for (size_t i = 0; i <= length; i++) {
		for (size_t j = 0; j <= word_length; j++) {
			if (i == 0 || j == 0) {
				at[i][j] = (unsigned int)(i + j);
				continue;
			}
			at[i][j] = at[i - 1][j - 1] + (typed[i - 1] != word[j - 1]);
			at[i][j] = least(at[i][j], least(at[i - 1][j], at[i][j - 1]) + 1);
			if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] &&
			    typed[i - 2] == word[j - 1]) {
				at[i][j] = least(at[i][j], at[i - 2][j - 2] + 1);
			}
		}
	}
	return at[length][word_length];
}

bool spelling_is_near(unsigned int distance, size_t length)
{
	return distance <= (length > 5 ? 2 : 1) && distance < length;
}

#pragma once

#include <QStringList>

#include "core/actions/actions.h"

/// What a preview says to a person.
namespace leasescope::ui {

/// With more keys than this the lease id has to be typed.
inline constexpr std::size_t kKeysToTypeFor = 20;
/// So many the dialog shows without wrapping.
inline constexpr qsizetype kCharactersOnALine = 66;

bool needsTyping(const RevokePreview& preview);
/// "Revoking it removes 3 keys at once and cannot be undone."
QString revokeLead(const RevokePreview& preview);
/// A line a lock, then a line for each other key.
QStringList revokeEffects(const RevokePreview& preview);
QStringList revokeWarnings(const RevokePreview& preview);

}  // namespace leasescope::ui

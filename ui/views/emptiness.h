#pragma once

#include <optional>

#include "ui/models/shown_picture.h"
#include "ui/views/empty_state.h"

namespace leasescope::ui {

/// Why a table has nothing to show: connecting, denied and "there is none" look different.
struct Emptiness {
  QString icon;
  QString title;
  QString text;
  EmptyState::Offer offer = EmptyState::Offer::None;
};

/// What is said when the cluster simply has no such thing.
struct NoneThere {
  QString icon;
  QString title;
  QString text;
};

/// nullopt: there are rows to show.
std::optional<Emptiness> emptiness(const ShownPicture& picture, bool connected, int rows, int rowsThatMatch,
                                   const NoneThere& none);

}  // namespace leasescope::ui

#pragma once

#include <QString>

#include "core/lockers/lockers.h"
#include "ui/theme/theme.h"

/// What behaviours and states of test lockers are called on screen.
namespace leasescope::ui {

QString behaviourText(Behaviour behaviour);
/// One sentence: what it does and what that leaves behind.
QString behaviourExplanation(Behaviour behaviour);

QString lockerStateText(LockerState state);
Tone lockerStateTone(LockerState state);

}  // namespace leasescope::ui

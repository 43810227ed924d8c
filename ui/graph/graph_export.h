#pragma once

#include <QByteArray>
#include <QString>

#include "ui/graph/wait_drawing.h"

namespace leasescope::ui {

/// A drawing as a file has it; on the window's thread.
QByteArray asSvg(const WaitDrawing& drawing);
/// Twice as large as on screen, smaller if it would be too large.
QByteArray asPng(const WaitDrawing& drawing);
/// Text for Graphviz.
QByteArray asDot(const WaitDrawing& drawing);

/// Replaces the file with these bytes, all or nothing. Returns what went wrong; empty: nothing. Blocks, so
/// not on the window's thread.
QString writeFile(const QString& path, const QByteArray& bytes);

}  // namespace leasescope::ui

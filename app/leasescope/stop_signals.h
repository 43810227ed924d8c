#pragma once

#include <functional>

class QObject;

namespace leasescope {

/// Before the first thread, so that all inherit it: SIGINT and SIGTERM end nothing by themselves.
void blockStopSignals();

/// Calls `stop` on the event loop when the program is asked to end (Ctrl+C in its terminal, SIGTERM), so that
/// what it has started is ended too.
void onStopSignal(QObject* parent, std::function<void()> stop);

}  // namespace leasescope

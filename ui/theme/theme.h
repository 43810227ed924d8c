#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

class QApplication;
class QLabel;
class QWidget;

namespace leasescope::ui {

/// What a colour means; state is always said in words too.
enum class Tone { Neutral, Good, Warning, Bad };

/// The colours beyond the palette, for light and dark from one place.
struct Colours {
  QColor accent;
  QColor muted;  // secondary text
  QColor line;   // hair lines, empty part of bars
  QColor pane;   // cards and details
  QColor side;   // side bar, tool bar, status bar
  QColor selection;
  QColor good, warning, bad;              // text and strokes
  QColor goodBack, warningBack, badBack;  // behind text of the same tone
  /// Distinguishable lines for several curves in one graph, also with a colour-vision deficiency.
  QList<QColor> series;

  QColor text(Tone tone) const;  // of Neutral: muted
  QColor back(Tone tone) const;  // of Neutral: line
};

enum class Scheme { System, Light, Dark };

/// Sets style, palette, fonts and style sheet of the application; follows the system while `System`, also
/// when it changes later.
void applyTheme(QApplication& application, Scheme scheme);
/// Of the application's palette as it is now.
const Colours& colours();
bool isDark();

QFont monospace();            // for ids and keys
QFont scaled(double factor);  // of the application's font

/// One of resources/icons, tinted for the palette: "locks", "leases", "threads", "demo", "connection",
/// "pause", …
QIcon icon(const QString& name);

/// For labels whose text can be marked and copied. By keyboard, too: only then they get the focus, and Ctrl+C
/// copies what is marked instead of the page's rows.
inline constexpr Qt::TextInteractionFlags kSelectable =
    Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard;

/// How the style sheet is to draw a label; may change while it is shown.
enum class LabelRole {
  Plain,
  Muted,
  Heading,  // small, above a part of a page
  Good,
  Warning,
  Bad,
  Note,  // a box: something to look at
  BadNote,
  GoodNote,
  InfoNote,
};
void setRole(QLabel* label, LabelRole role);
LabelRole textRole(Tone tone);  // text of this tone; of Neutral: Muted
LabelRole noteRole(Tone tone);  // a box of this tone; of Neutral: InfoNote

/// Flags that the style sheet knows: "card" (frames), "primary", "danger" (push buttons), "chip" (tool
/// buttons), "wrong" (line edits), "menu" (push buttons with one).
void setFlag(QWidget* widget, const char* flag, bool on = true);

}  // namespace leasescope::ui

#include "ui/theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QLabel>
#include <QStyle>
#include <QStyleFactory>

#include "ui/theme/palette.h"
#include "ui/theme/system_scheme.h"
#include "ui/theme/tinted_icon.h"

/// Resources of a static library are dropped by the linker unless somebody asks for them; outside of any
/// namespace, as Q_INIT_RESOURCE demands.
static void initResources() { Q_INIT_RESOURCE(resources); }

namespace leasescope::ui {
namespace {

constexpr double kTextPoints = 9.75;  // 13 px at 96 dpi
constexpr double kMonospacePoints = 9;

void use(QApplication& application, bool dark) {
  QApplication::setPalette(paletteOf(dark));
  application.setStyleSheet(styleSheetOf(dark));
}

QFont textFont() {
  QFont font = QApplication::font();
  if (QFontDatabase::families().contains(QStringLiteral("Inter"))) font.setFamily(QStringLiteral("Inter"));
  font.setPointSizeF(kTextPoints);
  return font;
}

QFont makeMonospace() {
  const QString family = QStringLiteral("DejaVu Sans Mono");
  QFont font = QFontDatabase::families().contains(family)
                   ? QFont(family)
                   : QFontDatabase::systemFont(QFontDatabase::FixedFont);
  font.setPointSizeF(kMonospacePoints);
  return font;
}

const char* roleName(LabelRole role) {
  switch (role) {
    case LabelRole::Plain:
      return "";
    case LabelRole::Muted:
      return "muted";
    case LabelRole::Heading:
      return "heading";
    case LabelRole::Good:
      return "good";
    case LabelRole::Warning:
      return "warning";
    case LabelRole::Bad:
      return "bad";
    case LabelRole::Note:
      return "note";
    case LabelRole::BadNote:
      return "badNote";
    case LabelRole::GoodNote:
      return "goodNote";
    case LabelRole::InfoNote:
      return "infoNote";
  }
  return "";
}

/// The style sheet looks at properties only when it is applied.
void setStyleProperty(QWidget* widget, const char* property, const QVariant& value) {
  if (widget->property(property) == value) return;
  widget->setProperty(property, value);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
  QEvent changed(QEvent::StyleChange);  // labels look at their padding only then
  QCoreApplication::sendEvent(widget, &changed);
}

}  // namespace

QColor Colours::text(Tone tone) const {
  switch (tone) {
    case Tone::Good:
      return good;
    case Tone::Warning:
      return warning;
    case Tone::Bad:
      return bad;
    case Tone::Neutral:
      break;
  }
  return muted;
}

QColor Colours::back(Tone tone) const {
  switch (tone) {
    case Tone::Good:
      return goodBack;
    case Tone::Warning:
      return warningBack;
    case Tone::Bad:
      return badBack;
    case Tone::Neutral:
      break;
  }
  return line;
}

void applyTheme(QApplication& application, Scheme scheme) {
  initResources();
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setFont(textFont());
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/leasescope.svg")));
  if (scheme != Scheme::System) {
    use(application, scheme == Scheme::Dark);
    return;
  }
  auto* system = new SystemScheme(application);
  use(application, system->dark());
  QObject::connect(system, &SystemScheme::changed, &application,
                   [&application](bool dark) { use(application, dark); });
}

const Colours& colours() { return coloursOf(isDark()); }

bool isDark() { return QGuiApplication::palette().window().color().lightness() < 128; }

QFont monospace() {
  static const QFont kFont = makeMonospace();
  return kFont;
}

QFont scaled(double factor) {
  QFont font = QApplication::font();
  font.setPointSizeF(font.pointSizeF() * factor);
  return font;
}

QIcon icon(const QString& name) { return QIcon(new TintedIcon(name)); }

LabelRole textRole(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return LabelRole::Good;
    case Tone::Warning:
      return LabelRole::Warning;
    case Tone::Bad:
      return LabelRole::Bad;
    case Tone::Neutral:
      break;
  }
  return LabelRole::Muted;
}

LabelRole noteRole(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return LabelRole::GoodNote;
    case Tone::Warning:
      return LabelRole::Note;
    case Tone::Bad:
      return LabelRole::BadNote;
    case Tone::Neutral:
      break;
  }
  return LabelRole::InfoNote;
}

void setRole(QLabel* label, LabelRole role) { setStyleProperty(label, "role", roleName(role)); }

void setFlag(QWidget* widget, const char* flag, bool on) { setStyleProperty(widget, flag, on); }

}  // namespace leasescope::ui

#include "ui/theme/palette.h"

#include <utility>

#include <QFile>
#include <QRegularExpression>

namespace leasescope::ui {
namespace {

Colours lightColours() {
  Colours c;
  c.accent = 0x2563eb;
  c.muted = 0x5d6779;
  c.line = 0xdfe3e8;
  c.pane = 0xffffff;
  c.side = 0xf1f3f6;
  c.selection = 0xe5edff;
  c.good = 0x166534;
  c.warning = 0x92400e;
  c.bad = 0xa91b1b;
  c.goodBack = 0xbbf7d0;
  c.warningBack = 0xfde68a;
  c.badBack = 0xfecaca;
  c.series = {0x2563eb, 0xd55e00, 0x00875f, 0xb0508f, 0x9a6700, 0x0e7490, 0x6d28d9, 0x4b5563};
  return c;
}

Colours darkColours() {
  Colours c;
  c.accent = 0x6ea1ff;
  c.muted = 0x98a2b3;
  c.line = 0x2c323d;
  c.pane = 0x1c2028;
  c.side = 0x12151a;
  c.selection = 0x24324f;
  c.good = 0x4ade80;
  c.warning = 0xfbbf24;
  c.bad = 0xf87171;
  c.goodBack = 0x14532d;
  c.warningBack = 0x5c3510;
  c.badBack = 0x5f1a1a;
  c.series = {0x6ea1ff, 0xff9a52, 0x34d399, 0xe79ac8, 0xe6b94a, 0x67d5ee, 0xb794f6, 0xb6bfcc};
  return c;
}

struct Basics {
  QColor back, text, disabled, onAccent, scroll;
};

const Basics& basicsOf(bool dark) {
  static const Basics kLight{0xfbfbfc, 0x1c2430, 0x9aa3b2, 0xffffff, 0xc6ccd5};
  static const Basics kDark{0x16191f, 0xe6e9ef, 0x626b7a, 0x0d1526, 0x3d4552};
  return dark ? kDark : kLight;
}

void setDisabledColours(QPalette& palette, const QColor& text) {
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, text);
  }
}

}  // namespace

const Colours& coloursOf(bool dark) {
  static const Colours kLight = lightColours();
  static const Colours kDark = darkColours();
  return dark ? kDark : kLight;
}

QPalette paletteOf(bool dark) {
  const Colours& c = coloursOf(dark);
  const Basics& basics = basicsOf(dark);
  QPalette palette(basics.text, c.pane, c.pane.lighter(140), c.line.darker(130), c.line, basics.text, c.pane,
                   basics.back, basics.back);
  palette.setColor(QPalette::AlternateBase, c.side);
  palette.setColor(QPalette::Highlight, c.selection);
  palette.setColor(QPalette::HighlightedText, basics.text);
  palette.setColor(QPalette::ToolTipBase, c.pane);
  palette.setColor(QPalette::ToolTipText, basics.text);
  palette.setColor(QPalette::PlaceholderText, c.muted);
  palette.setColor(QPalette::Link, c.accent);
  palette.setColor(QPalette::LinkVisited, c.accent);
  setDisabledColours(palette, basics.disabled);
  return palette;
}

QString styleSheetOf(bool dark) {
  QFile file(QStringLiteral(":/style.qss"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  const Colours& c = coloursOf(dark);
  const Basics& basics = basicsOf(dark);
  const std::pair<const char*, QColor> names[] = {
      {"accent", c.accent},
      {"back", basics.back},
      {"bad", c.bad},
      {"badBack", c.badBack},
      {"disabled", basics.disabled},
      {"good", c.good},
      {"goodBack", c.goodBack},
      {"line", c.line},
      {"muted", c.muted},
      {"onAccent", basics.onAccent},
      {"pane", c.pane},
      {"scroll", basics.scroll},
      {"selection", c.selection},
      {"side", c.side},
      {"text", basics.text},
      {"warning", c.warning},
      {"warningBack", c.warningBack},
  };
  sheet.replace(QStringLiteral("@theme"), dark ? QStringLiteral("dark") : QStringLiteral("light"));
  for (const auto& [name, colour] : names) {
    sheet.replace(QRegularExpression(QStringLiteral("@%1\\b").arg(QLatin1String(name))), colour.name());
  }
  return sheet;
}

}  // namespace leasescope::ui

#include "ui/models/filter_expression.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QRegularExpression>

#include "core/diagnosis/finding.h"

namespace leasescope::ui {
namespace {

struct Filter {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::Filter)
};

struct FieldName {
  const char* name;
  FilterField field;
  bool isDuration;
};

constexpr std::array kFields = {
    FieldName{"waiters", FilterField::Waiters, false},
    FieldName{"held", FilterField::Held, true},
    FieldName{"ttl", FilterField::Ttl, true},
    FieldName{"keys", FilterField::Keys, false},
    FieldName{"renewals", FilterField::Renewals, false},
    FieldName{"granted", FilterField::Granted, true},
};

// Of locks, leases and findings.
constexpr std::array kStates = {"held",     "busy",    "expiring", "expired", "no lease",
                                "no-lease", "blocked", "election", "unknown", "alive",
                                "no keys",  "no-keys", "critical", "warning", "info"};
constexpr std::array kLockKinds = {"mutex", "election", "unknown"};

const FieldName* fieldNamed(const QString& name) {
  const auto* found =
      std::ranges::find_if(kFields, [&](const FieldName& f) { return name == QLatin1String(f.name); });
  return found == kFields.end() ? nullptr : found;
}

std::optional<double> number(const QString& text) {
  bool ok = false;
  const double value = text.toDouble(&ok);
  if (!ok || !std::isfinite(value)) return std::nullopt;
  return value;
}

double unitSeconds(const QString& unit) {
  if (unit == u"ms") return 0.001;
  if (unit == u"m") return 60;
  if (unit == u"h") return 3600;
  return unit == u"d" ? 86400 : 1;
}

/// "5m", "1h30m", "500ms"; a bare number is seconds.
std::optional<double> seconds(const QString& text) {
  if (const std::optional<double> bare = number(text)) return bare;
  static const QRegularExpression kWhole(QStringLiteral("^(-?)((?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d))+)$"));
  static const QRegularExpression kPart(QStringLiteral("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)"));
  const QRegularExpressionMatch whole = kWhole.match(text);
  if (!whole.hasMatch()) return std::nullopt;
  double sum = 0;
  for (auto part = kPart.globalMatch(whole.captured(2)); part.hasNext();) {
    const QRegularExpressionMatch match = part.next();
    sum += match.captured(1).toDouble() * unitSeconds(match.captured(2));
  }
  return whole.captured(1).isEmpty() ? sum : -sum;
}

template <std::size_t N>
bool isOneOf(const QString& word, const std::array<const char*, N>& words) {
  return std::ranges::any_of(words, [&](const char* known) { return word == QLatin1String(known); });
}

bool isKind(const QString& word) {
  return isOneOf(word, kLockKinds) || findingKindNamed(word.toStdString()).has_value();
}

struct Token {
  QString text;
  bool quoted = false;
};

/// nullopt: a quotation mark without its partner.
std::optional<std::vector<Token>> tokens(const QString& text) {
  std::vector<Token> out;
  static const QRegularExpression kToken(
      QStringLiteral("\\s*(?:\"([^\"]*)\"|((?:[^\\s\"]|(?<=:)\"[^\"]*\")+))\\s*"));
  qsizetype at = 0;
  while (at < text.size()) {
    const QRegularExpressionMatch match = kToken.match(text, at, QRegularExpression::NormalMatch,
                                                       QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.hasMatch()) return text.mid(at).trimmed().isEmpty() ? std::optional(out) : std::nullopt;
    const bool quoted = match.capturedStart(1) >= 0;
    out.push_back({match.captured(quoted ? 1 : 2), quoted});
    at = match.capturedEnd();
  }
  return out;
}

}  // namespace

/// Turns one token after the other into a term; stops at the first that makes no sense.
class FilterExpression::Parser {
 public:
  Result run(const QString& text) {
    const std::optional<std::vector<Token>> found = tokens(text);
    if (!found) return {{}, Filter::tr("a quotation mark has no partner")};
    for (const Token& token : *found) {
      if (token.quoted || !condition(token.text)) word(token.text);
      if (!error_.isEmpty()) return {{}, error_};
    }
    return {std::move(expression_), {}};
  }

 private:
  void word(const QString& text) {
    if (!text.isEmpty()) add({.kind = Term::Kind::Word, .word = text.toLower().toStdString(), .text = {}});
  }

  /// False: it is a plain word.
  bool condition(const QString& token) {
    static const QRegularExpression kCondition(QStringLiteral("^([A-Za-z]+)(<=|>=|=|<|>|:)(.*)$"));
    const QRegularExpressionMatch match = kCondition.match(token);
    if (!match.hasMatch()) return false;
    const QString name = match.captured(1).toLower();
    const QString sign = match.captured(2);
    const QString value = match.captured(3).remove(u'"').toLower();
    if (name == u"state") {
      named(Term::Kind::State, value, isOneOf(value, kStates), sign, Filter::tr("state"));
    } else if (name == u"kind") {
      named(Term::Kind::Kind, value, isKind(value), sign, Filter::tr("kind"));
    } else if (const FieldName* field = fieldNamed(name)) {
      compared(*field, sign, value);
    } else if (sign == u":") {
      return false;  // names of locks may have colons in them
    } else {
      error_ = Filter::tr("“%1” can't be compared; what can: waiters, held, ttl, keys, renewals, granted")
                   .arg(name);
    }
    return true;
  }

  void named(Term::Kind kind, QString value, bool known, const QString& sign, const QString& what) {
    if (sign != u":" && sign != u"=") {
      error_ = Filter::tr("write %1:word").arg(what);
    } else if (!known) {
      error_ = Filter::tr("there is no %1 “%2”").arg(what, value);
    } else {
      add({.kind = kind, .word = {}, .text = value.replace(u'-', u' ')});
    }
  }

  void compared(const FieldName& field, const QString& sign, const QString& value) {
    const std::optional<double> limit = field.isDuration ? seconds(value) : number(value);
    const QString name = QLatin1String(field.name);
    if (sign == u":") {
      error_ = Filter::tr("write %1>…, %1<… or %1=…").arg(name);
    } else if (!limit) {
      error_ = field.isDuration ? Filter::tr("“%1” is no duration; write %2>5m or %2<10s").arg(value, name)
                                : Filter::tr("“%1” is no number; write %2>3").arg(value, name);
    } else {
      add({.kind = Term::Kind::Number,
           .word = {},
           .text = {},
           .field = field.field,
           .comparison = comparison(sign),
           .value = *limit});
    }
  }

  static Comparison comparison(const QString& sign) {
    if (sign == u"<") return Comparison::Less;
    if (sign == u"<=") return Comparison::AtMost;
    if (sign == u">=") return Comparison::AtLeast;
    return sign == u">" ? Comparison::More : Comparison::Equal;
  }

  void add(Term term) { expression_.terms_.push_back(std::move(term)); }

  FilterExpression expression_;
  QString error_;
};

FilterExpression::Result FilterExpression::parse(const QString& text) { return Parser().run(text); }

bool FilterExpression::compare(double value, Comparison comparison, double limit) {
  switch (comparison) {
    case Comparison::Less:
      return value < limit;
    case Comparison::AtMost:
      return value <= limit;
    case Comparison::Equal:
      return value == limit;
    case Comparison::AtLeast:
      return value >= limit;
    case Comparison::More:
      return value > limit;
  }
  return false;
}

bool FilterExpression::matches(const Term& term, const FilterSubject& subject) {
  switch (term.kind) {
    case Term::Kind::Word:
      return subject.mentions(term.word);
    case Term::Kind::State:
      return subject.hasState(term.text);
    case Term::Kind::Kind:
      return subject.hasKind(term.text);
    case Term::Kind::Number:
      break;
  }
  const std::optional<double> value = subject.value(term.field);
  return value && compare(*value, term.comparison, term.value);
}

bool FilterExpression::matches(const FilterSubject& subject) const {
  return std::ranges::all_of(terms_, [&](const Term& term) { return matches(term, subject); });
}

bool FilterExpression::dependsOnTime() const {
  return std::ranges::any_of(terms_, [](const Term& term) {
    const bool clock = term.field == FilterField::Held || term.field == FilterField::Ttl;
    return term.kind == Term::Kind::State || (term.kind == Term::Kind::Number && clock);
  });
}

QString FilterExpression::examples() { return QStringLiteral("waiters>0 held>5m ttl<10s state:expiring"); }

}  // namespace leasescope::ui

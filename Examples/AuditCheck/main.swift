import Command

var parts = Parts.standard
parts.checks.append(.brevity)
PactolusCommand.main(parts)

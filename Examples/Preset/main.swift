import Command

var parts = Parts.standard
parts.environments.add(.careful)
PactolusCommand.main(parts)

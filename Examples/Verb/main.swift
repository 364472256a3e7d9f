import Command

var parts = Parts.standard
parts.add(TallyVerb.self, to: .trust)
PactolusCommand.main(parts)

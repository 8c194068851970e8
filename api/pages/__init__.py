"""The pages that this process draws: the child's page, the same chat by plain forms, the API's documentation."""
